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

    private long sent;

    private long forwarded;

    private long answered;

    private long lost;

    void open(long nowNanos) {
        openedNanos = nowNanos;
        units = 0;
        bytes = 0;
        sent = 0;
        forwarded = 0;
        answered = 0;
        lost = 0;
        latencies.reset();
    }

    LoadWindow close(long nowNanos) {
        return new LoadWindow(
                nowNanos - openedNanos, units, bytes, latencies.copy(),
                new LoadWindow.Datagrams(sent, forwarded, answered, lost), Map.copyOf(failures));
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

    void sent(int datagrams) {
        sent += datagrams;
    }

    void forwarded(int datagrams) {
        forwarded += datagrams;
    }

    void answered() {
        answered++;
    }

    void lost(int datagrams) {
        lost += datagrams;
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
