package io.sluice.bench.handoff;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

import io.sluice.bench.logformat.LoggedSession;
import io.sluice.bench.logformat.NowhereLog;
import io.sluice.log.LogOpenException;

/// How many lines of a log can workers hand to its writer, and how many are dropped when they log faster than it writes?
/// Thread-safe.
///
/// Workers log one line behind the other, which no traffic makes them do: the queue is full, and `dropped` says how much. An
/// operation is a line of either kind.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH calls the set-up
public class LogQueueBenchmark {

    private static final String FORMAT = "'$remote_addr [$time_iso8601] $status $session_outcome "
            + "$bytes_received/$bytes_sent $session_time'";

    private NowhereLog log;

    /// For JMH.
    public LogQueueBenchmark() {}

    /// Starts the writer.
    @Setup(Level.Trial)
    public void start() throws LogOpenException {
        log = new NowhereLog(FORMAT);
        log.startWriter();
    }

    /// Ends it, with every line written that was taken.
    @TearDown(Level.Trial)
    public void stop() {
        log.close();
    }

    /// One worker's session, and what became of its lines. Confined to the worker's thread.
    @State(Scope.Thread)
    @AuxCounters
    public static class Worker {

        /// Lines that the writer has got.
        public long written;

        /// Lines that found the queue full.
        public long dropped;

        private LoggedSession session;

        /// For JMH.
        public Worker() {}

        /// Makes the session.
        @Setup(Level.Trial)
        public void begin(LogQueueBenchmark benchmark) {
            session = benchmark.log.session();
        }
    }

    /// One worker.
    @Benchmark
    @Threads(1)
    public void oneWorker(Worker worker) {
        log(worker);
    }

    /// Four workers.
    @Benchmark
    @Threads(4)
    public void fourWorkers(Worker worker) {
        log(worker);
    }

    private void log(Worker worker) {
        if (log.lines().log(worker.session) == 0) {
            worker.written++;
        } else {
            worker.dropped++;
        }
    }
}
