package io.sluice.udp;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.config.model.SocketProtocol;
import io.sluice.route.RouteTable;

/// Which server the flows of a socket are meant for. Immutable.
///
/// @param site the servers of the address that the socket is bound to
/// @param byLocalAddress not null for a wildcard that also receives for exact addresses of its port: the address that the
///     client used decides
public record UdpRoutes(RouteTable.Site<UdpServer> site, @Nullable RouteTable<UdpServer> byLocalAddress) {

    /// The server for a new flow.
    ///
    /// @param local the address that the client used; null: unknown
    UdpServer server(byte @Nullable [] local) {
        if (local == null || byLocalAddress == null || !(site.address() instanceof Address.Ip bound)) {
            return site.defaultServer();
        }
        try {
            // A mapped IPv4 address becomes an IPv4 address here, which is what the configuration has.
            Address address = new Address.Ip(InetAddress.getByAddress(local), bound.port());
            RouteTable.Site<UdpServer> found = byLocalAddress.find(SocketProtocol.UDP, address);
            return (found == null ? site : found).defaultServer();
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes always make an address", e);
        }
    }
}
