package io.sluice.bench.relay;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import io.sluice.transport.TransportReport;

import static io.sluice.transport.linux.LinuxConstants.MSG_TRUNC;

/// What does a chunk of a long transfer cost, copied and spliced? Confined to the benchmark's thread.
///
/// One thread is client, relay and server; the server has the kernel drop the bytes (MSG_TRUNC), so that no copy of its own
/// is measured. The client's is.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the set-up
public class BulkBenchmark {

    private static final int CHUNK_BYTES = 256 * 1024;

    /// After so many a transfer has its large pipe.
    private static final int FIRST_CHUNKS = 64;

    /// What the loop waits on.
    @Param({"epoll", "io_uring"})
    public String transport;

    /// By a buffer (as with `-Dsluice.pipes=0`), or through a pipe.
    @Param({"copy", "splice"})
    public String way;

    private LoopbackRelay relay;

    /// For JMH.
    public BulkBenchmark() {}

    /// Connects, and goes on until the transfer counts as bulk.
    @Setup(Level.Trial)
    public void open() throws IOException {
        boolean splices = way.equals("splice");
        relay = new LoopbackRelay(TransportReport.probe(transport).transport(), splices);
        for (int i = 0; i < FIRST_CHUNKS; i++) {
            chunk();
        }
        if (splices != relay.spliced() > 0) {
            throw new IllegalStateException(relay.spliced() + " bytes were spliced");
        }
    }

    /// Closes.
    @TearDown(Level.Trial)
    public void close() {
        relay.close();
    }

    /// 256 KiB.
    @Benchmark
    public void chunk() {
        relay.pass(CHUNK_BYTES, MSG_TRUNC);
    }
}
