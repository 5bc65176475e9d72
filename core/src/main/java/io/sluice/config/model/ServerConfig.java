package io.sluice.config.model;

/// One `server {}` block, whatever module it belongs to. Immutable.
public sealed interface ServerConfig permits StreamServerConfig, HttpServerConfig {

    /// Where the block opens.
    Position position();

    /// The addresses it listens on, at least one.
    java.util.List<ListenerConfig> listeners();
}
