package io.sluice.config.model;

import java.util.List;

/// One `map {}`. Immutable.
///
/// @param source the text that is looked up
/// @param variable the name it defines, without the dollar sign
/// @param hostnames keys may be names with a leading or trailing mask
/// @param isVolatile the value is evaluated anew at each use
/// @param defaultValue empty text when not given
public record MapConfig(
        Position position,
        TemplateConfig source,
        String variable,
        boolean hostnames,
        boolean isVolatile,
        List<Entry> entries,
        TemplateConfig defaultValue) {

    public MapConfig {
        entries = List.copyOf(entries);
    }

    /// One line of the block.
    public record Entry(Position position, Key key, TemplateConfig value) {}

    /// What an entry is compared with.
    public sealed interface Key {

        /// A string, compared without regard to case.
        record Exact(String text) implements Key {}

        /// `*.example.com` or `.example.com`, only with `hostnames`; text without the mask, `example.com`.
        ///
        /// @param matchesBare the name itself matches too (`.example.com`)
        record Suffix(String text, boolean matchesBare) implements Key {}

        /// `mail.*`, only with `hostnames`; text without the mask, `mail`.
        record Prefix(String text) implements Key {}

        /// A regular expression in PCRE's notation, without the leading tilde.
        record Regex(String pattern, boolean ignoreCase) implements Key {}
    }
}
