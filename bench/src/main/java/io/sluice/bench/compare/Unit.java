package io.sluice.bench.compare;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

import io.sluice.bench.load.Load;
import io.sluice.bench.load.LoadWindow;

/// What work is counted in, with the figures of what it costs. Immutable.
enum Unit {
    GB("GB", "CPU per GB (s)", Figure.CPU_PER_GB, Figure.USER_PER_GB, Figure.SYSTEM_PER_GB, Figure.GB_PER_SECOND, 1e9),
    ROUND_TRIP(
            "round trip", "CPU per round trip (µs)", Figure.CPU_PER_ROUND_TRIP, Figure.USER_PER_ROUND_TRIP,
            Figure.SYSTEM_PER_ROUND_TRIP, Figure.ROUND_TRIPS_PER_SECOND, 1e3),
    DATAGRAM(
            "datagram", "CPU per datagram (µs)", Figure.CPU_PER_DATAGRAM, Figure.USER_PER_DATAGRAM,
            Figure.SYSTEM_PER_DATAGRAM, Figure.DATAGRAMS_PER_SECOND, 1e3),
    CONNECTION(
            "connection", "CPU per connection (µs)", Figure.CPU_PER_CONNECTION, Figure.USER_PER_CONNECTION,
            Figure.SYSTEM_PER_CONNECTION, Figure.CONNECTIONS_PER_SECOND, 1e3);

    private static final double BYTES_PER_GB = 1e9;

    private final String title;

    private final String axis;

    private final Figure cpu;

    private final Figure user;

    private final Figure system;

    private final Figure rate;

    /// Of what CPU is shown in.
    private final double nanos;

    Unit(String title, String axis, Figure cpu, Figure user, Figure system, Figure rate, double nanos) {
        this.title = title;
        this.axis = axis;
        this.cpu = cpu;
        this.user = user;
        this.system = system;
        this.rate = rate;
        this.nanos = nanos;
    }

    /// What a load is counted in.
    static Unit of(Load load) {
        return switch (load) {
            case Load.Bulk _, Load.SecureBulk _, Load.Stalled _ -> GB;
            case Load.Echo _, Load.Requests _, Load.WebSocketEcho _, Load.Paced _ -> ROUND_TRIP;
            case Load.Datagrams trips -> trips.train() == 1 ? ROUND_TRIP : DATAGRAM;
            case Load.Churn _, Load.Handshakes _, Load.Held _, Load.HeldWebSockets _, Load.HeldFlows _ -> CONNECTION;
        };
    }

    /// The one that figures are about; empty: none, it is memory that was measured.
    static Optional<Unit> among(Collection<Figure> figures) {
        return Arrays.stream(values()).filter(unit -> figures.contains(unit.cpu)).findFirst();
    }

    /// How many of it were done. Datagrams count in both directions.
    double done(LoadWindow counted) {
        return switch (this) {
            case GB -> counted.bytes() / BYTES_PER_GB;
            case ROUND_TRIP, CONNECTION -> counted.units();
            case DATAGRAM -> counted.datagrams().forwarded() + counted.datagrams().answered();
        };
    }

    /// Notes what so many have cost.
    void put(Map<Figure, Double> figures, double done, double seconds, ProcessUsage used) {
        figures.put(cpu, used.totalNanos() / nanos / done);
        figures.put(user, used.userNanos() / nanos / done);
        figures.put(system, used.systemNanos() / nanos / done);
        figures.put(rate, done / seconds);
    }

    /// For "per" to stand before.
    String title() {
        return title;
    }

    /// The title of an axis that shows CPU.
    String axis() {
        return axis;
    }

    Figure cpu() {
        return cpu;
    }

    Figure user() {
        return user;
    }

    Figure system() {
        return system;
    }

    Figure rate() {
        return rate;
    }
}
