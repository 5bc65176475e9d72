package io.sluice.bench.compare;

import java.util.List;

import io.sluice.bench.load.Load;

/// So much of a load, however long it takes: what system calls are counted of. Immutable.
///
/// @param amount GB, round trips, connections, trains of datagrams or requests
record FixedWork(Scenario scenario, double amount) {

    private static final int MESSAGE_BYTES = 100;

    /// Loads as a comparison has them, but for datagrams: with a thousand of them outstanding, some would not be back in time
    /// from a traced proxy.
    static List<FixedWork> all() {
        return List.of(
                work("tcp-bulk-1", new Load.Bulk(1, false), 4),
                work("tcp-echo", new Load.Echo(64, MESSAGE_BYTES), 10_000),
                work("tcp-churn", new Load.Churn(32, MESSAGE_BYTES), 3_000),
                work("udp-echo", new Load.Datagrams(64, 1, 1, MESSAGE_BYTES), 10_000),
                work("udp-runs", new Load.Datagrams(8, 1, 32, 1200), 1_000),
                work("http-requests", new Load.Requests(64, MESSAGE_BYTES), 10_000),
                work("http-websocket", new Load.WebSocketEcho(64, MESSAGE_BYTES), 10_000));
    }

    private static FixedWork work(String name, Load load, double amount) {
        return new FixedWork(new Scenario(name, new Procedure.Steady(load, 0), false, List.of()), amount);
    }

    FixedWork times(double factor) {
        return new FixedWork(scenario, factor * amount);
    }

    Load load() {
        if (scenario.procedure() instanceof Procedure.Steady steady) {
            return steady.load();
        }
        throw new IllegalStateException("not steady: " + scenario);
    }
}
