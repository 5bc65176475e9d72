package io.sluice.config.model;

import java.util.OptionalInt;

/// The options of a listening socket, said once for all servers that share its address. Immutable.
///
/// @param backlog length of the accept queue; nginx's default is 511
/// @param receiveBuffer SO_RCVBUF in bytes
/// @param sendBuffer SO_SNDBUF in bytes
/// @param deferred TCP_DEFER_ACCEPT
/// @param fastOpen TCP_FASTOPEN queue length
/// @param ipv6Only IPV6_V6ONLY, on unless said otherwise
/// @param reusePort written in the configuration; every TCP listener uses one SO_REUSEPORT socket per worker regardless
/// @param keepAlive TCP keep-alive of accepted sockets
public record SocketOptionsConfig(
        int backlog,
        OptionalInt receiveBuffer,
        OptionalInt sendBuffer,
        boolean deferred,
        OptionalInt fastOpen,
        boolean ipv6Only,
        boolean reusePort,
        KeepAliveConfig keepAlive) {

    /// nginx's default for `backlog` on Linux.
    public static final int DEFAULT_BACKLOG = 511;

    /// What a bare `listen` means.
    public static final SocketOptionsConfig DEFAULT = new SocketOptionsConfig(
            DEFAULT_BACKLOG, OptionalInt.empty(), OptionalInt.empty(), false, OptionalInt.empty(), true, false,
            KeepAliveConfig.DEFAULT);
}
