package io.sluice.bench.load;

import java.util.Map;
import java.util.TreeMap;

import org.HdrHistogram.Histogram;

/// What the connections of a load count. Confined to the load loop. Recording allocates nothing.
final class LoadCounters {

    private static final long MAX_LATENCY_NANOS = 60_000_000_000L;

    private static final int SIGNIFICANT_DIGITS = 3;

    private final Histogram latencies = new Histogram(MAX_LATENCY_NANOS, SIGNIFICANT_DIGITS);

    private final Map<String, Long> failures = new TreeMap<>();

    private long openedNanos;

    private long units;

    private long bytes;

    void open(long nowNanos) {
        openedNanos = nowNanos;
        units = 0;
        bytes = 0;
        latencies.reset();
    }

    LoadWindow close(long nowNanos) {
        return new LoadWindow(nowNanos - openedNanos, units, bytes, latencies.copy(), Map.copyOf(failures));
    }

    long units() {
        return units;
    }

    long bytes() {
        return bytes;
    }

    void unit(long latencyNanos) {
        units++;
        latencies.recordValue(Math.min(latencyNanos, MAX_LATENCY_NANOS));
    }

    void received(int count) {
        bytes += count;
    }

    void failed(String what) {
        failures.merge(what, 1L, Long::sum);
    }

    boolean anyFailed() {
        return !failures.isEmpty();
    }

    void forgetFailures() {
        failures.clear();
    }
}
