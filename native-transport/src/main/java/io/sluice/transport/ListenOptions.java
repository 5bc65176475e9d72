package io.sluice.transport;

import java.util.OptionalInt;

/// Options of a listening socket, set before it listens. Immutable.
///
/// @param backlog length of the accept queue; the kernel caps it at net.core.somaxconn
/// @param receiveBuffer SO_RCVBUF in bytes, inherited by accepted sockets, as all of these are
/// @param sendBuffer SO_SNDBUF in bytes
/// @param deferAcceptSeconds TCP_DEFER_ACCEPT
/// @param fastOpenQueue TCP_FASTOPEN
/// @param ipv6Only IPV6_V6ONLY
/// @param noDelay TCP_NODELAY
/// @param keepAlive SO_KEEPALIVE: 1 on, 0 off, absent: the system's default
/// @param keepIdleSeconds TCP_KEEPIDLE
/// @param keepIntervalSeconds TCP_KEEPINTVL
/// @param keepProbes TCP_KEEPCNT
public record ListenOptions(
        int backlog,
        OptionalInt receiveBuffer,
        OptionalInt sendBuffer,
        OptionalInt deferAcceptSeconds,
        OptionalInt fastOpenQueue,
        boolean ipv6Only,
        boolean noDelay,
        OptionalInt keepAlive,
        OptionalInt keepIdleSeconds,
        OptionalInt keepIntervalSeconds,
        OptionalInt keepProbes) {

    /// The system's defaults with a backlog.
    public static ListenOptions withBacklog(int backlog) {
        OptionalInt none = OptionalInt.empty();
        return new ListenOptions(backlog, none, none, none, none, true, true, none, none, none, none);
    }
}
