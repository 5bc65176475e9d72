package io.sluice.bench.compare;

import java.util.List;

import io.sluice.bench.load.Load;

/// A load that comes in any number of connections. Immutable.
enum GrowingLoad {
    TCP_ECHO("tcp-echo"),
    TCP_BULK("tcp-bulk"),
    TCP_CHURN("tcp-churn"),
    UDP_ECHO("udp-echo"),
    HTTP_REQUESTS("http-requests"),
    HTTP_WEBSOCKET("http-websocket");

    private static final int MESSAGE_BYTES = 100;

    private final String label;

    GrowingLoad(String label) {
        this.label = label;
    }

    /// Its name on the command line.
    String label() {
        return label;
    }

    /// With so many connections; without bars.
    Scenario scenario(int connections) {
        return new Scenario(
                label + " with " + connections, new Procedure.Steady(load(connections), 0), false, List.of());
    }

    /// What its work is counted in.
    Unit unit() {
        return Unit.of(load(1));
    }

    private Load load(int connections) {
        return switch (this) {
            case TCP_ECHO -> new Load.Echo(connections, MESSAGE_BYTES);
            case TCP_BULK -> new Load.Bulk(connections, false);
            case TCP_CHURN -> new Load.Churn(connections, MESSAGE_BYTES);
            case UDP_ECHO -> new Load.Datagrams(connections, 1, 1, MESSAGE_BYTES);
            case HTTP_REQUESTS -> new Load.Requests(connections, MESSAGE_BYTES);
            case HTTP_WEBSOCKET -> new Load.WebSocketEcho(connections, MESSAGE_BYTES);
        };
    }
}
