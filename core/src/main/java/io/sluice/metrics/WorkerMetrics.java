package io.sluice.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// The counters and latencies of one worker. Thread-safe: only the owning worker's thread writes, any thread reads.
///
/// Values are opaque accesses to one array: whole and soon visible, but not ordered among each other, so that two
/// counters may be read a moment apart. The array keeps a margin of 128 bytes at both ends, so that no neighbour on the
/// heap shares a cache line with it (two lines, for the adjacent-line prefetcher).
///
///     metrics.add(Metric.BYTES_COPIED, n);           // the worker
///     metrics.value(Metric.BYTES_COPIED);            // anybody
@SuppressWarnings("EnumOrdinal") // an ordinal is the index of a cell here, and is never stored or sent
public final class WorkerMetrics {

    private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(long[].class);

    private static final int MARGIN = 128 / Long.BYTES;

    private final long[] values = new long[MARGIN + Metric.values().length + MARGIN];

    private final LatencyRecorder[] latencies = new LatencyRecorder[Latency.values().length];

    /// All zero.
    public WorkerMetrics() {
        for (int i = 0; i < latencies.length; i++) {
            latencies[i] = new LatencyRecorder();
        }
    }

    /// Counts one.
    public void increment(Metric metric) {
        add(metric, 1);
    }

    /// Takes one off a gauge.
    public void decrement(Metric metric) {
        add(metric, -1);
    }

    /// Counts `delta`; negative for gauges only.
    public void add(Metric metric, long delta) {
        assert delta >= 0 || metric.kind() == Metric.Kind.GAUGE : metric;
        int index = MARGIN + metric.ordinal();
        // Plain read: no other thread writes.
        VALUES.setOpaque(values, index, values[index] + delta);
    }

    /// Takes over what is counted elsewhere.
    public void set(Metric metric, long value) {
        VALUES.setOpaque(values, MARGIN + metric.ordinal(), value);
    }

    /// Records a duration.
    public void record(Latency latency, long nanos) {
        latencies[latency.ordinal()].record(nanos);
    }

    /// The present value, for any thread.
    public long value(Metric metric) {
        return (long) VALUES.getOpaque(values, MARGIN + metric.ordinal());
    }

    LatencyRecorder latency(Latency latency) {
        return latencies[latency.ordinal()];
    }
}
