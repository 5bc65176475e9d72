package io.sluice.server;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.config.model.SocketOptionsConfig;
import io.sluice.config.model.SocketProtocol;
import io.sluice.http.HttpSite;
import io.sluice.route.RouteTable;
import io.sluice.tcp.TcpSite;
import io.sluice.udp.UdpRoutes;

/// One address that a generation binds. Immutable.
sealed interface ListenPoint {

    /// What it binds.
    Key key();

    /// The options of its sockets.
    SocketOptionsConfig options();

    /// The address.
    default Address address() {
        return key().address();
    }

    /// What only one point of a generation may have: a port of TCP has nothing to do with the same one of UDP.
    record Key(SocketProtocol protocol, Address address) {

        @Override
        public String toString() {
            return protocol == SocketProtocol.UDP ? address + " (udp)" : address.toString();
        }
    }

    /// For connections, whatever they carry.
    sealed interface OfConnections extends ListenPoint permits Tcp, Http {

        /// Whether the listening socket has TCP_NODELAY, which accepted ones inherit.
        boolean tcpNodelay();
    }

    /// For sessions of the stream module.
    ///
    /// @param routesByLocalAddress not null for a wildcard that also receives for exact addresses of its port: the session's
    ///     own local address decides
    record Tcp(
            RouteTable.Site<TcpSite> site,
            SocketOptionsConfig options,
            boolean tcpNodelay,
            @Nullable RouteTable<TcpSite> routesByLocalAddress)
            implements OfConnections {

        @Override
        public Key key() {
            return new Key(SocketProtocol.TCP, site.address());
        }
    }

    /// For HTTP.
    ///
    /// @param routesByLocalAddress as in [Tcp]
    record Http(
            RouteTable.Site<HttpSite> site,
            SocketOptionsConfig options,
            boolean tcpNodelay,
            @Nullable RouteTable<HttpSite> routesByLocalAddress)
            implements OfConnections {

        @Override
        public Key key() {
            return new Key(SocketProtocol.TCP, site.address());
        }
    }

    /// For datagrams.
    record Udp(UdpRoutes routes, SocketOptionsConfig options) implements ListenPoint {

        @Override
        public Key key() {
            return new Key(SocketProtocol.UDP, routes.site().address());
        }
    }
}
