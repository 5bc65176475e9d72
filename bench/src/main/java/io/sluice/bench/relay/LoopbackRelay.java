package io.sluice.bench.relay;

import java.io.IOException;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.IoHandlerContext;

import io.sluice.bench.Silence;
import io.sluice.metrics.Metric;
import io.sluice.metrics.WorkerMetrics;
import io.sluice.resolve.ResolverLoop;
import io.sluice.resolve.WorkerNames;
import io.sluice.session.Side;
import io.sluice.stream.ConnectionBudget;
import io.sluice.stream.SessionResources;
import io.sluice.stream.WorkerChannels;
import io.sluice.tcp.RelayPair;
import io.sluice.time.LoopClock;
import io.sluice.time.TimerWheel;
import io.sluice.transport.LoopThread;
import io.sluice.transport.PipeBudget;
import io.sluice.transport.PipePool;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.Transport;
import io.sluice.transport.TurnHandler;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.upstream.Connector;
import io.sluice.variable.ProcessVariables;

/// A relay between two connections, whose loop has no thread of its own but turns when bytes are passed. Confined to one
/// thread: the benchmark's.
///
///     client ---- downstream | relay | upstream ---- server
final class LoopbackRelay implements RelayPair.Owner, TurnHandler {

    /// More turns without the bytes than any machine needs.
    private static final int MAX_TURNS = 10_000_000;

    private static final int MAX_PIPES = 64;

    private static final IoHandlerContext NO_WAIT = new NoWait();

    private final LoopClock clock = new LoopClock();

    private final WorkerMetrics metrics = new WorkerMetrics();

    private final SocketLoop loop;

    private final LinuxCalls linux;

    private final PipePool pipes;

    private final RelayPair pair;

    private final int client;

    private final int server;

    private String failure = "";

    /// @param splices whether there are pipes to splice through; without, every byte is copied
    LoopbackRelay(Transport transport, boolean splices) throws IOException {
        LoopThread neverStarted = LoopThread.create(transport, Thread.ofPlatform().factory());
        loop = neverStarted.sockets();
        loop.initialize();
        loop.turnHandler(this);
        linux = loop.linux();
        pipes = new PipePool(linux, new PipeBudget(Integer.MAX_VALUE, splices ? MAX_PIPES : 0));
        pair = new RelayPair(resources(neverStarted), this, StreamSocket.DEFAULT_READ_LIMIT, false);
        LoopbackConnection below = LoopbackConnection.open(linux);
        LoopbackConnection above = LoopbackConnection.open(linux);
        client = below.near();
        server = above.far();
        pair.begin(adopt(below.far()), adopt(above.near()));
        pair.start();
    }

    private SessionResources resources(LoopThread thread) {
        return new SessionResources(
                loop,
                new WorkerChannels(thread, () -> UnpooledByteBufAllocator.DEFAULT),
                clock,
                new TimerWheel(clock.nanos()),
                pipes,
                new Connector(loop),
                new WorkerNames(new ResolverLoop(), thread),
                metrics,
                new ConnectionBudget(2),
                new Silence(),
                new ProcessVariables(clock, ZoneOffset.UTC, "bench", "none"),
                new AtomicLong());
    }

    private StreamSocket adopt(int fd) throws IOException {
        StreamSocket socket = loop.adopt(fd);
        if (socket == null) {
            throw new IOException("the loop cannot watch another descriptor");
        }
        socket.handler(pair);
        return socket;
    }

    /// The calls of the loop's thread.
    LinuxCalls linux() {
        return linux;
    }

    /// Sends so many bytes from the client, and turns the loop until the server has received them.
    ///
    /// @param flags of the server's recv(2)
    void pass(int bytes, int flags) {
        int unsent = bytes;
        int missing = bytes;
        for (int turns = 0; missing > 0; turns++) {
            if (turns == MAX_TURNS || !failure.isEmpty()) {
                throw new IllegalStateException("of " + bytes + " bytes " + missing + " do not come: " + failure);
            }
            if (unsent > 0) {
                unsent -= moved(linux.send(client, loop.scratch(), unsent, 0));
            }
            loop.run(NO_WAIT);
            missing -= moved(linux.recv(server, loop.scratch(), missing, flags));
        }
    }

    private static int moved(int result) {
        if (result < 0 && result != -Errno.EAGAIN) {
            throw new IllegalStateException(Errno.describe(-result));
        }
        return Math.max(result, 0);
    }

    /// Bytes that went through a pipe so far.
    long spliced() {
        return metrics.value(Metric.BYTES_SPLICED);
    }

    /// Closes all four sockets, and ends the loop.
    void close() {
        pair.close();
        pipes.close();
        linux.close(client);
        linux.close(server);
        loop.destroy();
    }

    @Override
    public long beforeWait() {
        return Long.MAX_VALUE;
    }

    @Override
    public void afterWait() {
        clock.update();
    }

    @Override
    public void onProgress() {}

    @Override
    public void onFinished(Side first) {
        failure = "the " + first + " side has ended";
    }

    @Override
    public void onFailed(Side side, int errno) {
        failure = "the " + side + " side has failed (" + Errno.describe(errno) + ")";
    }

    @Override
    public void onPairFault(Throwable fault) {
        failure = fault.toString();
    }

    /// Whoever turns the loop has something else to do than to wait.
    private static final class NoWait implements IoHandlerContext {

        @Override
        public boolean canBlock() {
            return false;
        }

        @Override
        public long delayNanos(long currentTimeNanos) {
            return 0;
        }

        @Override
        public long deadlineNanos() {
            return -1;
        }
    }
}
