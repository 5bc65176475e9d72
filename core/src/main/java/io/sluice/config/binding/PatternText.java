package io.sluice.config.binding;

import java.util.Optional;

/// Reads a regular expression: its named groups become variables, and it must compile. Used during start-up only.
final class PatternText {

    private PatternText() {}

    /// The expression; absent, and reported, when it does not compile.
    static Optional<String> read(Directive directive, Fragment pattern, boolean ignoreCase) {
        directive.run().variables().defineCaptures(directive, pattern);
        Optional<PatternCheck.Problem> problem =
                directive.run().environment().patterns().check(pattern.text(), ignoreCase);
        problem.ifPresent(p -> {
            int at = Math.clamp(p.offset(), 0, pattern.text().length());
            Fragment rest = pattern.from(at);
            Fragment caret = rest.text().isEmpty() ? pattern : pattern.part(at, at + 1);
            directive.error("invalid-pattern", caret, "pcre2_compile() failed: " + p.message() + " in \""
                    + pattern.text() + "\"" + (rest.text().isEmpty() ? "" : " at \"" + rest.text() + "\""));
        });
        return problem.isPresent() ? Optional.empty() : Optional.of(pattern.text());
    }
}
