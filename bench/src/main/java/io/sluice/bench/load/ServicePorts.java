package io.sluice.bench.load;

/// The ports on 127.0.0.1 of the four services that a load needs: of the upstreams, or of a proxy in front of them.
/// Immutable.
///
/// @param echo sends back what it gets
/// @param source sends the [pattern][Pattern] without end, from the position that the client asked for
/// @param once sends one message back and closes
/// @param datagrams sends datagrams back (UDP)
public record ServicePorts(int echo, int source, int once, int datagrams) {}
