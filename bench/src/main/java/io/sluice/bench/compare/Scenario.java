package io.sluice.bench.compare;

import java.util.List;
import java.util.stream.Stream;

import io.sluice.bench.compare.Bar.Basis;
import io.sluice.bench.load.Load;

/// One thing that is measured, with its bars. Immutable.
///
/// @param unprivileged the proxies run as `user nobody`, so that the kernel limits their pipes
record Scenario(String name, Procedure procedure, boolean unprivileged, List<Bar> bars) {

    private static final int MESSAGE_BYTES = 100;

    /// Outstanding for each of 16 clients: all of them fit into a receive buffer as Debian's nginx has it, else the rate at
    /// which it is saturated would be that of the clients' waiting for what it has lost.
    private static final int SATURATING = 4;

    /// Two numbers of idle sessions or flows. Immutable.
    record IdleRange(int few, int many) {}

    Scenario {
        bars = List.copyOf(bars);
    }

    /// All scenarios.
    ///
    /// @param verified downloads are compared byte by byte
    /// @param sessions between which numbers of idle sessions memory is measured, and flows likewise
    static List<Scenario> all(boolean verified, IdleRange sessions, IdleRange flows) {
        return Stream.of(tcp(verified, sessions), udp(flows), http(sessions)).flatMap(List::stream).toList();
    }

    private static List<Scenario> udp(IdleRange flows) {
        Load.Datagrams large = new Load.Datagrams(16, 16, 1, 1200);
        return List.of(
                new Scenario("udp-echo-1000", steady(new Load.Datagrams(1000, 1, 1, MESSAGE_BYTES)), false,
                        List.of(new Bar(Figure.CPU_PER_ROUND_TRIP, Basis.BETTER_PEER, 0.65))),
                new Scenario("udp-echo-16", steady(large), false,
                        List.of(new Bar(Figure.CPU_PER_ROUND_TRIP, Basis.BETTER_PEER, 0.55))),
                new Scenario("udp-runs", steady(new Load.Datagrams(8, 1, 32, 1200)), false,
                        List.of(new Bar(Figure.CPU_PER_DATAGRAM, Basis.BETTER_PEER, 0.15))),
                new Scenario("udp-loss", new Procedure.Saturating(new Load.Datagrams(16, SATURATING, 1, 1200)), false,
                        List.of(new Bar(Figure.LOST, Basis.ABOVE_BETTER_PEER, 0))),
                new Scenario("udp-idle", new Procedure.Idle(flows.few(), flows.many(), MESSAGE_BYTES, Procedure.Kind.FLOWS), false,
                        List.of(new Bar(Figure.LIVE_PER_SESSION, Basis.ITSELF, 600))));
    }

    private static List<Scenario> http(IdleRange sessions) {
        Bar tail = new Bar(Figure.P99, Basis.BETTER_PEER, 1.0);
        return List.of(
                new Scenario("http-requests", steady(new Load.Requests(64, MESSAGE_BYTES)), false,
                        List.of(new Bar(Figure.CPU_PER_ROUND_TRIP, Basis.BETTER_PEER, 1.0), tail)),
                new Scenario("http-websocket", steady(new Load.WebSocketEcho(64, MESSAGE_BYTES)), false,
                        List.of(new Bar(Figure.CPU_PER_ROUND_TRIP, Basis.BETTER_PEER, 0.85), tail)),
                new Scenario("http-idle-websocket",
                        new Procedure.Idle(sessions.few(), sessions.many(), MESSAGE_BYTES, Procedure.Kind.WEBSOCKETS), false,
                        List.of(new Bar(Figure.LIVE_PER_SESSION, Basis.ITSELF, 1500))),
                new Scenario("http-tls-handshakes", steady(new Load.Handshakes(16)), false,
                        List.of(new Bar(Figure.CPU_PER_CONNECTION, Basis.NGINX, 1.0))),
                new Scenario("http-tls-bulk", steady(new Load.SecureBulk(4)), false,
                        List.of(new Bar(Figure.CPU_PER_GB, Basis.NGINX, 1.1))));
    }

    private static List<Scenario> tcp(boolean verified, IdleRange sessions) {
        Bar bulk = new Bar(Figure.CPU_PER_GB, Basis.BETTER_PEER, 0.70);
        return List.of(
                new Scenario("tcp-bulk-1", steady(new Load.Bulk(1, verified)), false, List.of(bulk)),
                new Scenario("tcp-bulk-16", steady(new Load.Bulk(16, verified)), false, List.of(bulk)),
                new Scenario("tcp-bulk-stalled", new Procedure.Steady(new Load.Bulk(1, verified), 200), true, List.of(bulk)),
                new Scenario("tcp-echo", steady(new Load.Echo(64, MESSAGE_BYTES)), false,
                        List.of(
                                new Bar(Figure.CPU_PER_ROUND_TRIP, Basis.BETTER_PEER, 0.85),
                                new Bar(Figure.P99, Basis.BETTER_PEER, 1.0))),
                // "Never slows": more than what the same proxy's p99 differs by from run to run would be slower.
                new Scenario("tcp-echo-stalled", new Procedure.Disturbed(new Load.Echo(63, MESSAGE_BYTES), 1), false,
                        List.of(
                                new Bar(Figure.P99_DISTURBED, Basis.ITSELF, 1.10),
                                new Bar(Figure.CPU_DISTURBED, Basis.ITSELF, 1.05))),
                new Scenario("tcp-churn", steady(new Load.Churn(32, MESSAGE_BYTES)), false,
                        List.of(new Bar(Figure.CPU_PER_CONNECTION, Basis.BETTER_PEER, 1.0))),
                new Scenario("tcp-idle", new Procedure.Idle(sessions.few(), sessions.many(), MESSAGE_BYTES, Procedure.Kind.CONNECTIONS), false,
                        List.of(
                                new Bar(Figure.LIVE_PER_SESSION, Basis.ITSELF, 1500),
                                new Bar(Figure.RESIDENT_PER_SESSION, Basis.HAPROXY, 0.45))));
    }

    private static Procedure steady(Load load) {
        return new Procedure.Steady(load, 0);
    }
}
