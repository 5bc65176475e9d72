package io.sluice.config.model;

/// Severities of the error log, least severe first, with nginx's names. Immutable.
public enum LogLevel {
    DEBUG,
    INFO,
    NOTICE,
    WARN,
    ERROR,
    CRIT,
    ALERT,
    EMERG;

    private final String label = name().toLowerCase(java.util.Locale.ROOT);

    /// The word used in configurations and log lines.
    public String label() {
        return label;
    }

    /// Whether a log that admits `threshold` and everything more severe admits this.
    public boolean atLeast(LogLevel threshold) {
        return compareTo(threshold) >= 0;
    }
}
