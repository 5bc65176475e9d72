package io.sluice.config.syntax;

/// How bad a diagnostic is. Immutable.
public enum Severity {
    /// The configuration cannot be used.
    ERROR("emerg"),
    /// It can, but it does not mean what it seems to.
    WARNING("warn"),
    /// Worth knowing.
    NOTICE("notice");

    private final String label;

    Severity(String label) {
        this.label = label;
    }

    /// nginx's word for it, printed in brackets: `[emerg]`.
    public String label() {
        return label;
    }
}
