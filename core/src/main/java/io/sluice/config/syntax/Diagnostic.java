package io.sluice.config.syntax;

import java.util.Optional;

import io.sluice.config.model.Position;

/// One thing to tell the writer of a configuration. Immutable.
///
/// @param code stable, kebab-case: `unknown-directive`
/// @param message nginx's wording where nginx has one, without the trailing ` in FILE:LINE`
/// @param position first character concerned
/// @param length number of characters to underline, at least 1
/// @param hint "did you mean", or what to do
public record Diagnostic(
        Severity severity, String code, String message, Position position, int length, Optional<String> hint) {}
