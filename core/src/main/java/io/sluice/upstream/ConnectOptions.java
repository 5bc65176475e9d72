package io.sluice.upstream;

/// Socket options of upstream connections. Immutable.
///
/// @param noDelay TCP_NODELAY
/// @param keepAlive SO_KEEPALIVE
/// @param receiveBufferBytes SO_RCVBUF; 0: the system's choice
/// @param sendBufferBytes SO_SNDBUF; 0: the system's choice
public record ConnectOptions(boolean noDelay, boolean keepAlive, int receiveBufferBytes, int sendBufferBytes) {}
