package io.sluice.tcp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.sluice.config.model.Address;
import io.sluice.config.model.ListenerConfig;
import io.sluice.config.model.SocketProtocol;
import io.sluice.config.model.StreamServerConfig;
import io.sluice.route.RouteTable;
import io.sluice.route.ServerNames;
import io.sluice.stream.SessionResources;
import io.sluice.stream.WorkerGeneration;
import io.sluice.variable.VariableTable;

/// The servers of one listening address for connections. Immutable.
///
/// @param defaultServer for all sessions but those whose TLS handshake names another server
/// @param tls sessions begin with a handshake
/// @param proxyProtocol they begin with a PROXY protocol header, before the handshake
public record TcpSite(TcpServer defaultServer, ServerNames<TcpServer> names, boolean tls, boolean proxyProtocol) {

    /// The site of a server that has its address for itself.
    public static TcpSite of(TcpServer server, VariableTable variables) {
        return new TcpSite(server, new ServerNames.Builder<>(server, variables).build(), false, false);
    }

    /// The sites of all addresses.
    ///
    /// @throws io.sluice.variable.InvalidVariableException when an expression in a name does not compile
    public static RouteTable<TcpSite> all(
            List<StreamServerConfig> servers, RouteTable<TcpServer> byAddress, VariableTable variables) {
        Map<Address, ListenerConfig> listeners = new LinkedHashMap<>();
        for (StreamServerConfig server : servers) {
            for (ListenerConfig listener : server.listeners()) {
                if (listener.protocol() == SocketProtocol.TCP) {
                    listeners.putIfAbsent(listener.address(), listener);
                }
            }
        }
        RouteTable.Builder<TcpSite> sites = new RouteTable.Builder<>();
        for (RouteTable.Site<TcpServer> site : byAddress.sites()) {
            ServerNames.Builder<TcpServer> names = new ServerNames.Builder<>(site.defaultServer(), variables);
            site.servers().forEach(server -> names.add(server.names(), server));
            ListenerConfig listener = listeners.get(site.address());
            if (listener != null) {
                sites.add(listener, new TcpSite(site.defaultServer(), names.build(), listener.tls(), listener.proxyProtocol()));
            }
        }
        return sites.build();
    }

    /// Takes over an accepted descriptor: the beginning of a session.
    ///
    /// @param sockaddr the peer's address, `length` bytes, read before this returns
    public void accept(SessionResources resources, WorkerGeneration generation, int fd, long sockaddr, int length) {
        if (tls || proxyProtocol || defaultServer.upstreamTls() != null) {
            PipelineSession.begin(resources, generation, this, fd, sockaddr, length);
        } else {
            TcpSession.begin(resources, generation, defaultServer, fd, sockaddr, length);
        }
    }
}
