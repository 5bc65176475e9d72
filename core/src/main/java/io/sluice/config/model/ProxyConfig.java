package io.sluice.config.model;

/// A whole configuration. Immutable.
public record ProxyConfig(ProcessConfig process, StreamConfig stream, HttpConfig http) {}
