package io.sluice.bench.compare;

import java.util.Locale;

/// What is measured, in the unit that tables and reports show. Immutable.
///
/// A GB is 10^9 bytes; CPU is user and system time of all of the proxy's processes.
enum Figure {
    CPU_PER_GB("CPU s/GB", "CPU per GB", 3, Better.LESS),
    USER_PER_GB("user s/GB", "user CPU per GB", 3, Better.NEITHER),
    SYSTEM_PER_GB("sys s/GB", "system CPU per GB", 3, Better.NEITHER),
    GB_PER_SECOND("GB/s", "throughput", 2, Better.MORE),
    CPU_PER_ROUND_TRIP("CPU us/rt", "CPU per round trip", 2, Better.LESS),
    USER_PER_ROUND_TRIP("user us/rt", "user CPU per round trip", 2, Better.NEITHER),
    SYSTEM_PER_ROUND_TRIP("sys us/rt", "system CPU per round trip", 2, Better.NEITHER),
    ROUND_TRIPS_PER_SECOND("rt/s", "round trips per second", 0, Better.MORE),
    CPU_PER_DATAGRAM("CPU us/dgram", "CPU per datagram", 3, Better.LESS),
    USER_PER_DATAGRAM("user us/dgram", "user CPU per datagram", 3, Better.NEITHER),
    SYSTEM_PER_DATAGRAM("sys us/dgram", "system CPU per datagram", 3, Better.NEITHER),
    DATAGRAMS_PER_SECOND("dgrams/s", "datagrams per second, both directions together", 0, Better.MORE),
    /// Of those that clients sent, in percent. Both may have lost none, so that there is no ratio.
    LOST("lost %", "percentage of datagrams lost", 3, Better.NEITHER),
    CPU_PER_CONNECTION("CPU us/conn", "CPU per connection", 2, Better.LESS),
    USER_PER_CONNECTION("user us/conn", "user CPU per connection", 2, Better.NEITHER),
    SYSTEM_PER_CONNECTION("sys us/conn", "system CPU per connection", 2, Better.NEITHER),
    CONNECTIONS_PER_SECOND("conn/s", "connections per second", 0, Better.MORE),
    P50("p50 us", "p50", 0, Better.LESS),
    P99("p99 us", "p99", 0, Better.LESS),
    P999("p99.9 us", "p99.9", 0, Better.LESS),
    P99_DISTURBED("p99 ratio", "p99 with stalled readers over p99 without", 2, Better.NEITHER),
    CPU_DISTURBED("CPU ratio", "CPU per unit with stalled readers over that without", 2, Better.NEITHER),
    RESIDENT("RSS MB", "resident memory", 1, Better.LESS),
    RESIDENT_PER_SESSION("RSS B/session", "growth of resident memory per idle session", 0, Better.LESS),
    HEAP_PER_SESSION("heap B/session", "live heap per idle session", 0, Better.NEITHER),
    NATIVE_PER_SESSION("native B/session", "native memory per idle session", 0, Better.NEITHER),
    LIVE_PER_SESSION("live B/session", "live heap and native memory per idle session", 0, Better.NEITHER),
    /// Of one processor. Well below 100 for each worker the load is the bottleneck, and the proxy pays for more wake-ups per
    /// unit than it would under more load.
    PROXY_BUSY("proxy %", "processor time of the proxy", 0, Better.NEITHER),
    LOAD_BUSY("load %", "processor time of clients and upstreams", 0, Better.NEITHER);

    /// Which of two values is preferred. Immutable.
    enum Better {
        LESS,
        MORE,
        /// It is part of another figure, or only Sluice has it: not held against peers.
        NEITHER
    }

    private final String column;

    private final String title;

    private final int decimals;

    private final Better better;

    Figure(String column, String title, int decimals, Better better) {
        this.column = column;
        this.title = title;
        this.decimals = decimals;
        this.better = better;
    }

    /// The head of a table's column.
    String column() {
        return column;
    }

    /// What it is, in a sentence.
    String title() {
        return title;
    }

    /// Which of two values is preferred.
    Better better() {
        return better;
    }

    /// A value with as many digits after the point as mean something.
    String text(double value) {
        return Decimals.text(value, decimals);
    }

    /// The key in a JSON report.
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
