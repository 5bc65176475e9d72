package io.sluice.config.model;

import java.util.Optional;

/// One directive of the rewrite module. Immutable.
public sealed interface RewriteStep {

    /// Where it is written.
    Position position();

    /// `set $variable value`.
    record Set(Position position, String variable, TemplateConfig value) implements RewriteStep {}

    /// `break`: the rest of the script is skipped.
    record Break(Position position) implements RewriteStep {}

    /// `return`.
    ///
    /// @param status 444: the connection is closed without a response
    /// @param text the body, or for 301, 302, 303, 307 and 308 the URL to go to
    record Return(Position position, int status, Optional<TemplateConfig> text) implements RewriteStep {}

    /// `rewrite`.
    ///
    /// @param replacement what becomes of the URI, without the question mark that keeps arguments from being appended
    /// @param keepArguments whether the request's arguments are appended
    record Rewrite(
            Position position, String pattern, TemplateConfig replacement, boolean keepArguments, Flag flag)
            implements RewriteStep {

        /// What follows a match.
        public enum Flag {
            /// The script goes on with the new URI; when it ends, a location is looked for.
            NONE,
            /// The script ends and a location is looked for.
            LAST,
            /// The script ends and the location stays.
            BREAK,
            /// 302, also when the replacement begins with `http://`, `https://` or `$scheme`.
            REDIRECT,
            /// 301.
            PERMANENT
        }
    }

    /// `if (condition) { ... }`: when it holds, the body's script goes on from here, and at the end of all scripts the body is
    /// the request's location.
    record If(Position position, Condition condition, LocationConfig body) implements RewriteStep {}

    /// What an `if` asks.
    sealed interface Condition {

        /// The value is neither empty nor `0`.
        record Truthy(TemplateConfig value) implements Condition {}

        /// `=` and `!=`.
        record Equals(TemplateConfig value, TemplateConfig other, boolean negated) implements Condition {}

        /// `~`, `~*`, `!~`, `!~*`.
        record Matches(TemplateConfig value, String pattern, boolean ignoreCase, boolean negated)
                implements Condition {}

        /// `-f`, `-d`, `-e`, `-x`.
        record Exists(FileCheck test, TemplateConfig path, boolean negated) implements Condition {}
    }

    /// What is asked of a path.
    enum FileCheck {
        /// `-f`
        REGULAR_FILE,
        /// `-d`
        DIRECTORY,
        /// `-e`
        ANYTHING,
        /// `-x`
        EXECUTABLE
    }
}
