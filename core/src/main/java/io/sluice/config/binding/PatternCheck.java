package io.sluice.config.binding;

import java.util.Optional;

/// Tells whether a regular expression compiles. Thread-safe.
///
/// The compiler itself lives in `io.sluice.variable`, which the binder cannot see; `app` brings the two together.
@FunctionalInterface
public interface PatternCheck {

    /// What is wrong with a pattern in PCRE's notation; empty when nothing is.
    Optional<Problem> check(String pattern, boolean ignoreCase);

    /// Why a pattern does not compile.
    ///
    /// @param message in the compiler's words
    /// @param offset index of the character in the pattern where the trouble was noticed
    record Problem(String message, int offset) {}
}
