package io.sluice.http;

import java.util.List;

import io.sluice.config.model.ListenerConfig;
import io.sluice.route.ServerNames;

/// The servers of one listening address. Immutable.
///
/// @param defaultServer for requests that name none of them
/// @param tls connections begin with a handshake
/// @param proxyProtocol they begin with a PROXY protocol header, before the handshake
/// @param tcpNodelay of accepted sockets
public record HttpSite(
        HttpServer defaultServer, ServerNames<HttpServer> names, boolean tls, boolean proxyProtocol, boolean tcpNodelay) {

    /// The site of an address.
    static HttpSite of(
            HttpServer defaultServer, List<HttpServer> servers, ListenerConfig listener, ServerNames<HttpServer> names) {
        boolean noDelay = servers.stream().anyMatch(server -> server.root().options().client().tcpNodelay());
        return new HttpSite(defaultServer, names, listener.tls(), listener.proxyProtocol(), noDelay);
    }
}
