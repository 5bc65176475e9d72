package io.sluice.tcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.metrics.Metric;
import io.sluice.testing.Eventually;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.SilentAddress;
import io.sluice.testing.TestUpstream;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// Upstreams that refuse, reset, say nothing or leave at once, and downstream sides that vanish meanwhile.
@ParameterizedClass
@EnumSource(Transport.class)
class UpstreamFaultTest {

    private static final String SOON = "proxy_connect_timeout 200ms;";

    @Parameter
    Transport transport = Transport.EPOLL;

    private RunningProxy start(String directives, String... peers) {
        String servers = String.join(" ", Arrays.stream(peers).map(peer -> "server " + peer + ";").toList());
        return RunningProxy.start(transport, """
                log_format end '$status $session_outcome $bytes_received $bytes_sent';
                access_log ${dir}/access.log end;
                upstream group { %s }
                server { listen 127.0.0.1:0; proxy_pass group; %s }
                """.formatted(servers, directives));
    }

    private static String refusing() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return "127.0.0.1:" + socket.getLocalPort();
        }
    }

    @Test
    void thatRefuses() throws Exception {
        try (RunningProxy proxy = start("", refusing());
                Socket socket = proxy.connect()) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("502 upstream_refused 0 0");
            proxy.awaitErrorLog("connect() failed (111: Connection refused) while connecting to upstream");
        }
    }

    @Test
    void thatRefusesWhereAnotherDoesNot() throws Exception {
        try (TestUpstream echo = TestUpstream.start();
                RunningProxy proxy = start("", refusing(), echo.address())) {
            for (int i = 0; i < 4; i++) {
                assertEchoed(proxy);
            }
        }
    }

    @Test
    void thatNeverAnswers() throws Exception {
        try (SilentAddress silent = SilentAddress.start();
                RunningProxy proxy = start(SOON, silent.address());
                Socket socket = proxy.connect()) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("502 upstream_connect_timeout 0 0");
            proxy.awaitErrorLog("upstream timed out (110: Connection timed out) while connecting to upstream");
        }
    }

    @Test
    void thatNeverAnswersWhereAnotherDoes() throws Exception {
        try (SilentAddress silent = SilentAddress.start();
                TestUpstream echo = TestUpstream.start();
                RunningProxy proxy = start(SOON, silent.address(), echo.address())) {
            for (int i = 0; i < 3; i++) {
                assertEchoed(proxy);
            }
        }
    }

    private static void assertEchoed(RunningProxy proxy) throws IOException {
        try (Socket socket = proxy.connect()) {
            socket.getOutputStream().write('x');
            assertThat(socket.getInputStream().read()).isEqualTo('x');
        }
    }

    @Test
    void thatResetsAtOnce() throws Exception {
        try (TestUpstream upstream = TestUpstream.start(Relayed::reset);
                RunningProxy proxy = start("", upstream.address())) {
            for (int i = 0; i < 20; i++) {
                assertThat(endOf(proxy)).isIn("end", "reset");
            }
            proxy.awaitNoSessions();
            // Seen with the connect it is a failed connect, as for nginx; seen later it is a reset.
            assertThat(proxy.awaitLines("access.log", 20))
                    .allMatch(line -> line.matches("(502 upstream_refused|200 upstream_reset|502 no_live_upstream) 0 0"));
        }
    }

    @Test
    void thatClosesAtOnce() throws Exception {
        try (TestUpstream upstream = TestUpstream.start(_ -> {});
                RunningProxy proxy = start("", upstream.address())) {
            for (int i = 0; i < 20; i++) {
                assertThat(endOf(proxy)).isEqualTo("end");
            }
            assertThat(proxy.awaitLines("access.log", 20)).containsOnly("200 upstream_closed 0 0");
        }
    }

    @Test
    void thatAnswersAndClosesAtOnce() throws Exception {
        byte[] banner = "220 ready\r\n".getBytes(StandardCharsets.US_ASCII);
        try (TestUpstream upstream = TestUpstream.start(socket -> socket.getOutputStream().write(banner));
                RunningProxy proxy = start("", upstream.address())) {
            for (int i = 0; i < 20; i++) {
                try (Socket socket = proxy.connect()) {
                    assertThat(socket.getInputStream().readAllBytes()).isEqualTo(banner);
                }
            }
        }
    }

    @Test
    void thatEndsItsHalfWithoutHalfClose() throws Exception {
        try (TestUpstream upstream = TestUpstream.start(socket -> {
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                });
                RunningProxy proxy = start("", upstream.address());
                Socket socket = proxy.connect()) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("200 upstream_closed 0 0");
        }
    }

    @Test
    void aDownstreamSideResetsWhileConnecting() throws Exception {
        try (SilentAddress silent = SilentAddress.start();
                RunningProxy proxy = start("proxy_connect_timeout 30s;", silent.address())) {
            Socket socket = connecting(proxy);
            Relayed.reset(socket);
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("200 downstream_gone 0 0");
            proxy.awaitNoSessions();
        }
    }

    @Test
    void aDownstreamSideClosesWhileConnecting() throws Exception {
        try (SilentAddress silent = SilentAddress.start();
                RunningProxy proxy = start(SOON, silent.address())) {
            connecting(proxy).close();
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("502 upstream_connect_timeout 0 0");
            proxy.awaitNoSessions();
        }
    }

    private static Socket connecting(RunningProxy proxy) {
        long before = attempted(proxy);
        Socket socket = proxy.connect();
        Eventually.await("a connect is under way", () -> attempted(proxy) > before);
        return socket;
    }

    private static long attempted(RunningProxy proxy) {
        return proxy.server().status().metrics().value(Metric.CONNECTS_ATTEMPTED);
    }

    @Test
    void aDownstreamSideVanishesAtOnce() throws Exception {
        try (TestUpstream echo = TestUpstream.start();
                RunningProxy proxy = start("", echo.address())) {
            for (int i = 0; i < 50; i++) {
                Relayed.reset(proxy.connect());
                proxy.connect().close();
            }
            proxy.awaitNoSessions();
            assertEchoed(proxy);
        }
    }

    private static String endOf(RunningProxy proxy) {
        try (Socket socket = proxy.connect()) {
            return socket.getInputStream().read() < 0 ? "end" : "bytes";
        } catch (IOException | UncheckedIOException _) {
            // A reset may be quicker than connect(2) returns.
            return "reset";
        }
    }
}
