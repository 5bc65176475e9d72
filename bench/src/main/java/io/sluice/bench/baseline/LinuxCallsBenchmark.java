package io.sluice.bench.baseline;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.LinuxConstants;
import io.sluice.transport.linux.NativeMemory;

/// What does a system call cost by way of `java.lang.foreign`, with its error number? Confined to the benchmark's thread.
///
/// `recvNothing` is the cheapest call on a socket, one that says EAGAIN. `pipeRoundTrip` is a write and a read of 100
/// bytes.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LinuxCallsBenchmark {

    private static final int MESSAGE_BYTES = 100;

    private final LinuxCalls linux = new LinuxCalls();

    private final long buffer = NativeMemory.allocateForever(MESSAGE_BYTES, 64);

    private int socket;

    private int readEnd;

    private int writeEnd;

    /// For JMH.
    public LinuxCallsBenchmark() {}

    /// A socket that has nothing to read, and a pipe.
    @Setup
    public void open() {
        socket = linux.socket(
                LinuxConstants.AF_INET, LinuxConstants.SOCK_DGRAM | LinuxConstants.SOCK_NONBLOCK, 0);
        long ends = linux.pipe2(LinuxConstants.O_NONBLOCK);
        if (socket < 0 || ends < 0) {
            throw new IllegalStateException("socket() said " + socket + ", pipe2() said " + ends);
        }
        readEnd = (int) ends;
        writeEnd = (int) (ends >>> Integer.SIZE);
    }

    /// Ends it.
    @TearDown
    public void close() {
        linux.close(socket);
        linux.close(readEnd);
        linux.close(writeEnd);
    }

    /// recv(2) that says EAGAIN.
    @Benchmark
    public int recvNothing() {
        return linux.recv(socket, buffer, MESSAGE_BYTES, 0);
    }

    /// write(2) and read(2).
    @Benchmark
    public int pipeRoundTrip() {
        return linux.write(writeEnd, buffer, MESSAGE_BYTES) + linux.read(readEnd, buffer, MESSAGE_BYTES);
    }
}
