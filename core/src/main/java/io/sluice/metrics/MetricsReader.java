package io.sluice.metrics;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import org.HdrHistogram.Histogram;

/// Sums over the workers of a process, those that have retired included. Thread-safe.
///
/// Reading does not disturb the workers, and does not reset anything: two readers see the same.
public final class MetricsReader {

    // Retired workers' metrics stay: they are a few hundred bytes unless they recorded latencies, and workers retire
    // only when their number is changed. Counters never go back that way.
    private final List<WorkerMetrics> workers = new CopyOnWriteArrayList<>();

    /// Includes a worker from now on.
    public void add(WorkerMetrics worker) {
        workers.add(worker);
    }

    /// The sum of one metric.
    public long value(Metric metric) {
        long sum = 0;
        for (WorkerMetrics worker : workers) {
            sum += worker.value(metric);
        }
        return sum;
    }

    /// The sums of all metrics, read one after the other.
    public Map<Metric, Long> values() {
        Map<Metric, Long> sums = new EnumMap<>(Metric.class);
        for (Metric metric : Metric.values()) {
            sums.put(metric, value(metric));
        }
        return sums;
    }

    /// All durations of one kind since the start, in nanoseconds; the caller's own copy.
    public Histogram latency(Latency latency) {
        Histogram sum = LatencyRecorder.emptyHistogram();
        for (WorkerMetrics worker : workers) {
            worker.latency(latency).addTo(sum);
        }
        return sum;
    }
}
