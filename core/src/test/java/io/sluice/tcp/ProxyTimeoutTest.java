package io.sluice.tcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.Eventually;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `proxy_timeout`: silence on both sides ends a session; a byte in either direction starts the time anew.
class ProxyTimeoutTest {

    /// Longer than the timeout in the configuration.
    private static final Duration BUSY = Duration.ofMillis(1300);

    private static final String CONFIGURATION = """
            log_format end '$status $session_outcome $session_time';
            access_log ${dir}/access.log end;
            server { listen 127.0.0.1:0; proxy_pass %s; proxy_timeout 700ms; }
            """;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void silenceEndsTheSession(Transport transport) throws IOException {
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, CONFIGURATION.formatted(upstream.address()));
                Socket socket = proxy.connect()) {
            assertThat(Wire.echo(socket, "x")).isEqualTo("x");
            assertThat(Wire.readAll(socket)).isEmpty();
            String line = proxy.awaitLines("access.log", 1).getFirst();
            assertThat(line).startsWith("200 idle_timeout ");
            assertThat(seconds(line)).isBetween(0.7, 5.0);
            proxy.awaitErrorLog("[info]");
            proxy.awaitErrorLog("connection timed out (110: Connection timed out) while proxying connection");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void bytesFromDownstreamAloneKeepItAlive(Transport transport) throws IOException {
        BlockingQueue<Integer> arrived = new LinkedBlockingQueue<>();
        try (TestUpstream upstream = TestUpstream.start(socket -> {
                    InputStream in = socket.getInputStream();
                    for (int b = in.read(); b >= 0; b = in.read()) {
                        arrived.add(b);
                    }
                });
                RunningProxy proxy = RunningProxy.start(transport, CONFIGURATION.formatted(upstream.address()));
                Socket socket = proxy.connect()) {
            long end = System.nanoTime() + BUSY.toNanos();
            while (System.nanoTime() - end < 0) {
                Wire.send(socket, "x");
                Eventually.await("the byte arrives upstream", () -> arrived.poll() != null);
            }
            assertEndsIdleAfterBeingBusy(proxy, socket);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void bytesFromUpstreamAloneKeepItAlive(Transport transport) throws IOException {
        BlockingQueue<OutputStream> toDownstream = new LinkedBlockingQueue<>();
        try (TestUpstream upstream = TestUpstream.start(socket -> {
                    toDownstream.add(socket.getOutputStream());
                    socket.getInputStream().readAllBytes();
                });
                RunningProxy proxy = RunningProxy.start(transport, CONFIGURATION.formatted(upstream.address()));
                Socket socket = proxy.connect()) {
            Eventually.await("the proxy connects", () -> !toDownstream.isEmpty());
            OutputStream out = toDownstream.remove();
            long end = System.nanoTime() + BUSY.toNanos();
            while (System.nanoTime() - end < 0) {
                out.write('x');
                assertThat(Wire.read(socket, 1)).isEqualTo("x");
            }
            assertEndsIdleAfterBeingBusy(proxy, socket);
        }
    }

    private static void assertEndsIdleAfterBeingBusy(RunningProxy proxy, Socket socket) throws IOException {
        assertThat(Wire.readAll(socket)).isEmpty();
        String line = proxy.awaitLines("access.log", 1).getFirst();
        assertThat(line).startsWith("200 idle_timeout ");
        assertThat(seconds(line)).isGreaterThan(1.2);
    }

    private static double seconds(String line) {
        return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    }
}
