package io.sluice.config.syntax;

/// How bad a diagnostic is. Immutable.
public enum Severity {
    /// The configuration cannot be used; nginx prints `[emerg]`.
    ERROR,
    /// It can, but it does not mean what it seems to; nginx prints `[warn]`.
    WARNING,
    /// Worth knowing; nginx prints `[notice]`.
    NOTICE
}
