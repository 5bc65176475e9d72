package io.sluice.config.model;

/// One `log_format`. Immutable.
public record LogFormatConfig(Position position, String name, Escape escape, TemplateConfig text) {

    /// How values are escaped.
    public enum Escape {
        /// `"`, `\` and bytes outside 32 to 126 as `\xXX`; an absent value is `-`.
        DEFAULT,
        /// JSON string escapes; an absent value is empty.
        JSON,
        /// As they are; an absent value is empty.
        NONE
    }
}
