package io.sluice.server;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.SocketOptionsConfig;
import io.sluice.route.RouteTable;
import io.sluice.tcp.TcpServer;

/// One address that a generation binds. Immutable.
///
/// @param routesByLocalAddress not null for a wildcard that also receives for exact addresses of its port: the session's
///     own local address decides
record ListenPoint(
        RouteTable.Site<TcpServer> site,
        SocketOptionsConfig options,
        boolean tcpNodelay,
        @Nullable RouteTable<TcpServer> routesByLocalAddress) {

    /// The same, with the session's local address deciding.
    ListenPoint routedBy(RouteTable<TcpServer> routes) {
        return new ListenPoint(site, options, tcpNodelay, routes);
    }
}
