package io.sluice.bench.generate;

import io.sluice.bench.load.Load;
import io.sluice.bench.load.UpstreamKind;

/// What can be asked for by name, of clients and of upstreams. Immutable.
enum LoadScenario {
    TCP_BULK("tcp-bulk", UpstreamKind.SOURCE, 1),
    TCP_ECHO("tcp-echo", UpstreamKind.ECHO, 64),
    TCP_CHURN("tcp-churn", UpstreamKind.ONCE, 32),
    TCP_IDLE("tcp-idle", UpstreamKind.ECHO, 1_000),
    UDP_ECHO("udp-echo", UpstreamKind.DATAGRAMS, 64),
    UDP_RUNS("udp-runs", UpstreamKind.DATAGRAMS, 8),
    HTTP("http", UpstreamKind.WEB, 64),
    WS_ECHO("ws-echo", UpstreamKind.WEB, 64),
    WS_IDLE("ws-idle", UpstreamKind.WEB, 1_000),
    TLS_HANDSHAKE("tls-handshake", UpstreamKind.SECURE, 16),
    TLS_BULK("tls-bulk", UpstreamKind.SECURE, 4);

    private final String label;

    private final UpstreamKind upstream;

    private final int connections;

    LoadScenario(String label, UpstreamKind upstream, int connections) {
        this.label = label;
        this.upstream = upstream;
        this.connections = connections;
    }

    UpstreamKind upstream() {
        return upstream;
    }

    /// How many unless told otherwise.
    int connections() {
        return connections;
    }

    /// Whether it is counted in bytes; otherwise in exchanges, which a rate can be given for.
    boolean isBulk() {
        return this == TCP_BULK || this == TLS_BULK;
    }

    /// Whether connections are held, and nothing is counted but themselves.
    boolean isIdle() {
        return this == TCP_IDLE || this == WS_IDLE;
    }

    boolean isUdp() {
        return upstream == UpstreamKind.DATAGRAMS;
    }

    /// Whether several exchanges may be outstanding on a connection.
    boolean pipelines() {
        return this == TCP_ECHO || this == WS_ECHO || isUdp();
    }

    /// Whether each exchange has a connection of its own, unless `kept` connections are for several.
    boolean reconnects(boolean kept) {
        return this == TCP_CHURN || this == TLS_HANDSHAKE || (this == HTTP && !kept);
    }

    /// Of messages, datagrams or responses, unless told otherwise.
    int size() {
        return this == UDP_RUNS ? 1_200 : 100;
    }

    int minSize() {
        return switch (this) {
            case TCP_CHURN -> Load.MIN_CHURN_BYTES;
            case UDP_ECHO, UDP_RUNS -> Load.MIN_DATAGRAM_BYTES;
            case HTTP -> 0;
            case TCP_BULK, TCP_ECHO, TCP_IDLE, WS_ECHO, WS_IDLE, TLS_HANDSHAKE, TLS_BULK -> 1;
        };
    }

    int maxSize() {
        return switch (this) {
            case UDP_ECHO, UDP_RUNS -> Load.MAX_DATAGRAM_BYTES;
            case HTTP -> Load.MAX_BODY_BYTES;
            case TCP_BULK, TCP_ECHO, TCP_CHURN, TCP_IDLE, WS_ECHO, WS_IDLE, TLS_HANDSHAKE, TLS_BULK -> Load.MAX_MESSAGE_BYTES;
        };
    }

    /// What clients do.
    Load load(LoadShape shape, int clients) {
        return switch (this) {
            case TCP_BULK -> new Load.Bulk(clients, shape.direction(), shape.verified());
            case TCP_ECHO -> new Load.Echo(clients, shape.size(), shape.outstanding());
            case TCP_CHURN -> new Load.Churn(clients, shape.size());
            case TCP_IDLE -> new Load.Held(clients, shape.size());
            case UDP_ECHO -> new Load.Datagrams(clients, shape.outstanding(), 1, shape.size());
            case UDP_RUNS -> new Load.Datagrams(clients, shape.outstanding(), shape.train(), shape.size());
            case HTTP -> new Load.Requests(clients, shape.sizes(), shape.kept());
            case WS_ECHO -> new Load.WebSocketEcho(clients, shape.size(), shape.outstanding());
            case WS_IDLE -> new Load.HeldWebSockets(clients, shape.size());
            case TLS_HANDSHAKE -> new Load.Handshakes(clients);
            case TLS_BULK -> new Load.SecureBulk(clients, shape.verified());
        };
    }

    /// As it is written on the command line.
    @Override
    public String toString() {
        return label;
    }
}
