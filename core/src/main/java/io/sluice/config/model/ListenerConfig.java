package io.sluice.config.model;

/// One address that one server listens on; a port range has become one of these per port. Immutable.
///
/// @param defaultServer `default_server` was written
/// @param tls `ssl` was written
/// @param proxyProtocol connections begin with a PROXY protocol header
/// @param options the address's options, the same in every server that shares the address
public record ListenerConfig(
        Position position,
        Address address,
        SocketProtocol protocol,
        boolean defaultServer,
        boolean tls,
        boolean proxyProtocol,
        SocketOptionsConfig options) {}
