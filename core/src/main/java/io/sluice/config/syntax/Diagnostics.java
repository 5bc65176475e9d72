package io.sluice.config.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sluice.config.model.Position;

/// Collects diagnostics, so that one run reports everything. Used during start-up only.
public final class Diagnostics {

    private final List<Diagnostic> list = new ArrayList<>();

    /// Adds an error at a token.
    public void error(String code, Token at, String message) {
        error(code, at, message, Optional.empty());
    }

    /// Adds an error at a token, with a hint.
    public void error(String code, Token at, String message, Optional<String> hint) {
        add(new Diagnostic(Severity.ERROR, code, message, at.position(), at.length(), hint));
    }

    /// Adds an error at a place.
    public void error(String code, Position at, String message) {
        add(new Diagnostic(Severity.ERROR, code, message, at, 1, Optional.empty()));
    }

    /// Adds a warning at a token.
    public void warning(String code, Token at, String message) {
        add(new Diagnostic(Severity.WARNING, code, message, at.position(), at.length(), Optional.empty()));
    }

    /// Adds any diagnostic.
    public void add(Diagnostic diagnostic) {
        list.add(diagnostic);
    }

    /// Everything so far, in the order it was found.
    public List<Diagnostic> all() {
        return List.copyOf(list);
    }

    /// Whether the configuration cannot be used.
    public boolean hasErrors() {
        return list.stream().anyMatch(d -> d.severity() == Severity.ERROR);
    }
}
