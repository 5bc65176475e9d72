package io.sluice.bench.load;

/// The services that clients need behind a proxy. Immutable.
public enum UpstreamKind {
    /// Sends back what it gets.
    ECHO,
    /// Sends the [pattern][Pattern] without end, or takes it and acknowledges, or sends it back, as the client asks.
    SOURCE,
    /// Sends one message back and closes.
    ONCE,
    /// Sends datagrams back (UDP).
    DATAGRAMS,
    /// Speaks HTTP and WebSocket.
    WEB,
    /// Speaks TLS.
    SECURE
}
