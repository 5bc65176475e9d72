package io.sluice.config.model;

/// One `error_log`. Immutable.
public record ErrorLogConfig(Position position, LogTarget target, LogLevel level) {}
