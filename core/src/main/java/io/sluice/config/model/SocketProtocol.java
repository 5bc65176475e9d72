package io.sluice.config.model;

/// What a listener speaks at the transport layer; the names are the values of `$protocol`. Immutable.
public enum SocketProtocol {
    TCP,
    UDP
}
