package io.sluice.bench.load;

/// The ports on 127.0.0.1 of the services that a load needs: of the upstreams, or of a proxy in front of them.
/// Immutable.
///
/// @param echo sends back what it gets
/// @param source sends the [pattern][Pattern] without end, from the position that the client asked for
/// @param once sends one message back and closes
/// @param datagrams sends datagrams back (UDP)
/// @param web speaks HTTP: `/small`, `/bulk` without end, and `/upgrade`, which upgrades and then sends back what it gets
/// @param secure the same by TLS, which upstreams leave to the proxy: 0 there
public record ServicePorts(int echo, int source, int once, int datagrams, int web, int secure) {

    /// The port that a load is for.
    int of(Load load) {
        return switch (load) {
            case Load.Bulk _, Load.Stalled _ -> source;
            case Load.Echo _, Load.Held _ -> echo;
            case Load.Churn _ -> once;
            case Load.Requests _, Load.WebSocketEcho _, Load.HeldWebSockets _ -> web;
            case Load.Handshakes _, Load.SecureBulk _ -> secure;
            case Load.OfDatagrams _ -> datagrams;
        };
    }
}
