package io.sluice.bench.compare;

/// What is measured, in the unit that tables and reports show. Immutable.
///
/// A GB is 10^9 bytes; CPU is user and system time of all of the proxy's processes.
enum Figure {
    CPU_PER_GB("CPU s/GB", "CPU per GB", 3),
    USER_PER_GB("user s/GB", "user CPU per GB", 3),
    GB_PER_SECOND("GB/s", "throughput", 2),
    CPU_PER_ROUND_TRIP("CPU us/rt", "CPU per round trip", 2),
    USER_PER_ROUND_TRIP("user us/rt", "user CPU per round trip", 2),
    ROUND_TRIPS_PER_SECOND("rt/s", "round trips per second", 0),
    CPU_PER_DATAGRAM("CPU us/dgram", "CPU per datagram", 3),
    USER_PER_DATAGRAM("user us/dgram", "user CPU per datagram", 3),
    DATAGRAMS_PER_SECOND("dgrams/s", "datagrams per second, both directions together", 0),
    /// Of those that clients sent, in percent.
    LOST("lost %", "percentage of datagrams lost", 3),
    CPU_PER_CONNECTION("CPU us/conn", "CPU per connection", 2),
    USER_PER_CONNECTION("user us/conn", "user CPU per connection", 2),
    CONNECTIONS_PER_SECOND("conn/s", "connections per second", 0),
    P50("p50 us", "p50", 0),
    P99("p99 us", "p99", 0),
    P999("p99.9 us", "p99.9", 0),
    P99_DISTURBED("p99 ratio", "p99 with stalled readers over p99 without", 2),
    CPU_DISTURBED("CPU ratio", "CPU per unit with stalled readers over that without", 2),
    RESIDENT("RSS MB", "resident memory", 1),
    RESIDENT_PER_SESSION("RSS B/session", "growth of resident memory per idle session", 0),
    HEAP_PER_SESSION("heap B/session", "live heap per idle session", 0),
    NATIVE_PER_SESSION("native B/session", "native memory per idle session", 0),
    LIVE_PER_SESSION("live B/session", "live heap and native memory per idle session", 0),
    /// Of one processor. Well below 100 the load is the bottleneck, and the proxy pays for more wake-ups per unit than it
    /// would under more load.
    PROXY_BUSY("proxy %", "processor time of the proxy", 0),
    LOAD_BUSY("load %", "processor time of clients and upstreams", 0);

    private final String column;

    private final String title;

    private final int decimals;

    Figure(String column, String title, int decimals) {
        this.column = column;
        this.title = title;
        this.decimals = decimals;
    }

    /// The head of a table's column.
    String column() {
        return column;
    }

    /// What it is, in a sentence.
    String title() {
        return title;
    }

    /// Digits after the point that mean something.
    int decimals() {
        return decimals;
    }

    /// The key in a JSON report.
    String key() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
