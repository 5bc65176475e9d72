package io.sluice.tcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.function.Function;

import io.sluice.metrics.Metric;
import io.sluice.testing.Eventually;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestStream;

import static org.assertj.core.api.Assertions.assertThat;

/// A proxy whose both ends are in the test's hands: it connects, and it accepts as the upstream. Confined to one thread:
/// the test's.
///
///     try (Relayed relayed = Relayed.start(way::start, "proxy_half_close on;");
///             Pair pair = relayed.open()) {
///         stream.send(pair.downstream().getOutputStream(), 100);
///         stream.receive(pair.upstream().getInputStream(), 100);
final class Relayed implements AutoCloseable {

    static final int READ_TIMEOUT_MILLIS = 20_000;

    private static final int BACKLOG = 1024;

    /// Polls without progress after which a transfer counts as stalled. A machine that is slower makes a test easier to
    /// pass, never harder.
    private static final int POLLS_WITHOUT_PROGRESS = 40;

    private final ServerSocket listening;

    private final RunningProxy proxy;

    /// Of every socket; 0: the system's choice.
    private final int bufferBytes;

    private Relayed(ServerSocket listening, RunningProxy proxy, int bufferBytes) {
        this.listening = listening;
        this.proxy = proxy;
        this.bufferBytes = bufferBytes;
    }

    /// Starts a proxy with one server, which has these directives too.
    static Relayed start(Function<String, RunningProxy> starter, String directives) throws IOException {
        return start(starter, "", directives, 0);
    }

    /// With small kernel buffers everywhere, so that a transfer stalls soon.
    static Relayed startWithBuffers(Function<String, RunningProxy> starter, int bytes) throws IOException {
        return start(
                starter,
                "rcvbuf=%d sndbuf=%d".formatted(bytes, bytes),
                "proxy_socket_rcvbuf %d; proxy_socket_sndbuf %d;".formatted(bytes, bytes),
                bytes);
    }

    private static Relayed start(
            Function<String, RunningProxy> starter, String listenParameters, String directives, int bufferBytes)
            throws IOException {
        ServerSocket listening = new ServerSocket();
        if (bufferBytes > 0) {
            listening.setReceiveBufferSize(bufferBytes);
        }
        listening.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), BACKLOG);
        listening.setSoTimeout(READ_TIMEOUT_MILLIS);
        return new Relayed(listening, starter.apply("""
                log_format end '$session_outcome $bytes_received $bytes_sent';
                access_log ${dir}/access.log end;
                server { listen 127.0.0.1:0 %s; proxy_pass 127.0.0.1:%d; %s }
                """.formatted(listenParameters, listening.getLocalPort(), directives)), bufferBytes);
    }

    /// Both ends of one session.
    record Pair(Socket downstream, Socket upstream) implements AutoCloseable {

        /// The same with the sides exchanged.
        Pair reversed() {
            return new Pair(upstream, downstream);
        }

        @Override
        public void close() throws IOException {
            downstream.close();
            upstream.close();
        }
    }

    RunningProxy proxy() {
        return proxy;
    }

    /// A session that is relaying.
    Pair open() throws IOException {
        Socket downstream = proxy.connect();
        if (bufferBytes > 0) {
            downstream.setSendBufferSize(bufferBytes);
        }
        Pair pair = new Pair(downstream, accept());
        // The kernel connects before the proxy knows. Active ones are read first: all of them relay, or more did.
        Eventually.await(
                "the session is relaying",
                () -> metric(Metric.SESSIONS_ACTIVE) <= metric(Metric.SESSIONS_RELAYING));
        return pair;
    }

    /// The next connection of the proxy's.
    Socket accept() throws IOException {
        Socket socket = listening.accept();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        return socket;
    }

    long metric(Metric metric) {
        return proxy.server().status().metrics().value(metric);
    }

    /// Waits until a transfer has come to a halt, since its receiver does not read.
    void awaitStall(TestStream stream) {
        long[] progress = {-1, 0};
        Eventually.await("the sender is stopped", () -> {
            long seen = stream.sent() + metric(Metric.BYTES_COPIED) + metric(Metric.BYTES_SPLICED);
            progress[1] = seen == progress[0] ? progress[1] + 1 : 0;
            progress[0] = seen;
            return stream.sent() > 0 && progress[1] >= POLLS_WITHOUT_PROGRESS;
        });
    }

    /// The outcome in each line of the access log, once there are `count`.
    List<String> outcomes(int count) {
        return proxy.awaitLines("access.log", count).stream()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
    }

    /// Waits until no pipe is lent.
    void awaitPipesReturned() {
        Eventually.await(
                () -> metric(Metric.PIPES_OPEN) + " pipes, " + metric(Metric.PIPES_POOLED) + " of them idle",
                () -> metric(Metric.PIPES_OPEN) == metric(Metric.PIPES_POOLED));
    }

    /// Closes by RST.
    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads what there is, compares it, and then finds the connection reset, not ended.
    static void assertReset(Socket socket, TestStream stream) {
        try {
            long length = stream.receiveAll(socket.getInputStream());
            throw new AssertionError("an end of stream after " + length + " bytes instead of a reset");
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        listening.close();
    }
}
