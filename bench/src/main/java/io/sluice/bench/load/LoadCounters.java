package io.sluice.bench.load;

import java.util.Map;
import java.util.TreeMap;

import org.HdrHistogram.Histogram;

/// What the connections of a load count. Confined to the load loop. Recording allocates nothing.
final class LoadCounters {

    private static final long MAX_LATENCY_NANOS = 60_000_000_000L;

    private static final int SIGNIFICANT_DIGITS = 3;

    private final Map<String, Long> failures = new TreeMap<>();

    private Histogram latencies = newHistogram();

    private Histogram rawLatencies = newHistogram();

    private long openedNanos;

    private long units;

    private long bytes;

    private long sent;

    private long forwarded;

    private long answered;

    private long lost;

    private long outstanding;

    /// A histogram as [#next] wants it.
    static Histogram newHistogram() {
        return new Histogram(MAX_LATENCY_NANOS, SIGNIFICANT_DIGITS);
    }

    void open(long nowNanos) {
        reset(nowNanos);
        latencies.reset();
        rawLatencies.reset();
    }

    private void reset(long nowNanos) {
        openedNanos = nowNanos;
        units = 0;
        bytes = 0;
        sent = 0;
        forwarded = 0;
        answered = 0;
        lost = 0;
    }

    /// What was counted; counting goes on.
    LoadWindow close(long nowNanos, long waiting) {
        return window(nowNanos, waiting, latencies.copy(), rawLatencies.copy());
    }

    /// What was counted; counting begins anew, into other histograms. They come empty from the caller, so that the loop neither
    /// makes nor copies any.
    LoadWindow next(long nowNanos, long waiting, Histogram emptyLatencies, Histogram emptyRaw) {
        LoadWindow window = window(nowNanos, waiting, latencies, rawLatencies);
        latencies = emptyLatencies;
        rawLatencies = emptyRaw;
        reset(nowNanos);
        return window;
    }

    private LoadWindow window(long nowNanos, long waiting, Histogram corrected, Histogram raw) {
        return new LoadWindow(
                nowNanos - openedNanos, units, bytes, corrected, raw,
                new LoadWindow.Datagrams(sent, forwarded, answered, lost), waiting, Map.copyOf(failures));
    }

    long units() {
        return units;
    }

    long bytes() {
        return bytes;
    }

    /// One of a closed loop.
    void unit(long latencyNanos) {
        units++;
        latencies.recordValue(Math.min(latencyNanos, MAX_LATENCY_NANOS));
    }

    /// One of an open loop.
    ///
    /// @param correctedNanos since it should have begun
    /// @param rawNanos since it did
    void unit(long correctedNanos, long rawNanos) {
        unit(correctedNanos);
        rawLatencies.recordValue(Math.min(rawNanos, MAX_LATENCY_NANOS));
    }

    /// An exchange has begun, and has to end.
    void begun() {
        outstanding++;
    }

    void ended() {
        outstanding--;
    }

    /// How many exchanges are under way.
    long outstanding() {
        return outstanding;
    }

    void received(long count) {
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

    void lost(long datagrams) {
        lost += datagrams;
    }

    void failed(String what) {
        failures.merge(what, 1L, Long::sum);
    }

    boolean anyFailed() {
        return !failures.isEmpty();
    }

    /// Forgets what has failed and what was under way.
    void forget() {
        failures.clear();
        outstanding = 0;
    }
}
