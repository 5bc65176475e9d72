package io.sluice.bench.handoff;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

import io.sluice.transport.LoopThread;
import io.sluice.transport.TransportReport;

/// What does it cost to have a worker's loop do something, by its queue of tasks and the event that wakes it? Thread-safe.
///
/// A round trip is what `WorkerProxy` makes of every command: task, wake-up, answer. In a burst only the last task is waited
/// for, so that the loop is awake for most of them.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the set-up
public class LoopTaskBenchmark {

    private static final int BURST = 256;

    /// What the loop waits on.
    @Param({"epoll", "io_uring"})
    public String transport;

    private LoopThread loop;

    /// For JMH.
    public LoopTaskBenchmark() {}

    /// Makes the loop; its thread starts with the first task.
    @Setup(Level.Trial)
    public void start() throws IOException {
        loop = LoopThread.create(
                TransportReport.probe(transport).transport(), Thread.ofPlatform().daemon().name("loop").factory());
    }

    /// Ends it.
    @TearDown(Level.Trial)
    public void stop() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /// One thread asks and waits.
    @Benchmark
    @Threads(1)
    public void roundTripOfOne() {
        await();
    }

    /// Four threads ask and wait.
    @Benchmark
    @Threads(4)
    public void roundTripOfFour() {
        await();
    }

    /// One thread's tasks, one behind the other.
    @Benchmark
    @Threads(1)
    @OperationsPerInvocation(BURST)
    public void burstOfOne() {
        burst();
    }

    /// Four threads' tasks at a time.
    @Benchmark
    @Threads(4)
    @OperationsPerInvocation(BURST)
    public void burstOfFour() {
        burst();
    }

    private void burst() {
        for (int i = 1; i < BURST; i++) {
            loop.execute(LoopTaskBenchmark::task);
        }
        await();
    }

    private void await() {
        CompletableFuture.runAsync(LoopTaskBenchmark::task, loop).join();
    }

    /// It is the way there that costs.
    private static void task() {}
}
