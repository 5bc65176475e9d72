package io.sluice.bench.metrics;

import java.util.Random;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import io.sluice.metrics.Latency;
import io.sluice.metrics.Metric;
import io.sluice.metrics.WorkerMetrics;

/// What does it cost a worker to count an event, to add bytes, and to record a duration? Confined to the benchmark's thread.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class WorkerMetricsBenchmark {

    private static final int DURATIONS = 1024;

    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final int MESSAGE_BYTES = 100;

    private final WorkerMetrics metrics = new WorkerMetrics();

    private final long[] durations = new Random(1).longs(DURATIONS, 0, LONGEST_NANOS).toArray();

    private int next;

    /// For JMH.
    public WorkerMetricsBenchmark() {}

    /// Counts one.
    @Benchmark
    public void increment() {
        metrics.increment(Metric.SESSIONS_ACCEPTED);
    }

    /// Counts the bytes of a message.
    @Benchmark
    public void add() {
        metrics.add(Metric.BYTES_COPIED, MESSAGE_BYTES);
    }

    /// Records a session's length in its histogram.
    @Benchmark
    public void record() {
        next = (next + 1) % DURATIONS;
        metrics.record(Latency.SESSION, durations[next]);
    }
}
