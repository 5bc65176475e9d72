package io.sluice.app;

import java.util.Optional;

import io.sluice.config.binding.PatternCheck;
import io.sluice.variable.InvalidExpressionException;
import io.sluice.variable.RegularExpression;

/// Lets the binder ask the engine that will run an expression whether it compiles. Thread-safe: no state.
final class Patterns {

    private Patterns() {}

    /// What is wrong with a pattern.
    static Optional<PatternCheck.Problem> check(String pattern, boolean ignoreCase) {
        try {
            RegularExpression.compile(pattern, ignoreCase);
            return Optional.empty();
        } catch (InvalidExpressionException e) {
            return Optional.of(new PatternCheck.Problem(e.getMessage(), e.index()));
        }
    }
}
