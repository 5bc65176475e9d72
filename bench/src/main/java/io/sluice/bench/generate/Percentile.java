package io.sluice.bench.generate;

import java.util.List;

/// Which percentiles are shown. Immutable.
final class Percentile {

    static final List<Double> VALUES = List.of(50.0, 90.0, 99.0, 99.9, 99.99, 100.0);

    /// Their names, in the same order.
    static final List<String> NAMES = List.of("p50", "p90", "p99", "p99.9", "p99.99", "max");

    private Percentile() {}
}
