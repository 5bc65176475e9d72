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
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;

/// What does a message cost that is copied from one connection to the other? Confined to the benchmark's thread.
///
/// One thread is client, relay and server: `relayed` is the client's send, the relay's turns and the server's receive;
/// `direct` is the same send and receive on one connection, and what the relay costs is the difference. On io_uring the
/// relay needs a second turn, before which the server looks in vain. No thread is woken and no loop waits; the cost of both
/// is in `scripts/bench compare --scenarios tcp-echo`.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the set-up
public class MessageBenchmark {

    /// What the loop waits on.
    @Param({"epoll", "io_uring"})
    public String transport;

    /// A message; less than a read of 16 KiB, so that it is copied.
    @Param({"100", "8192"})
    public int bytes;

    private LoopbackRelay relay;

    private LinuxCalls linux;

    private LoopbackConnection direct;

    private long message;

    /// For JMH.
    public MessageBenchmark() {}

    /// Connects.
    @Setup(Level.Trial)
    public void open() throws IOException {
        relay = new LoopbackRelay(TransportReport.probe(transport).transport(), true);
        linux = relay.linux();
        direct = LoopbackConnection.open(linux);
        message = NativeMemory.allocateForever(bytes, 64);
    }

    /// Closes.
    @TearDown(Level.Trial)
    public void close() {
        linux.close(direct.near());
        linux.close(direct.far());
        relay.close();
    }

    /// With the relay between.
    @Benchmark
    public void relayed() {
        relay.pass(bytes, 0);
    }

    /// Without.
    @Benchmark
    public int direct() {
        return linux.send(direct.near(), message, bytes, 0) + linux.recv(direct.far(), message, bytes, 0);
    }
}
