package io.sluice.tcp;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.Eventually;
import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// The parameters of `server` in `upstream`: weight, max_fails, fail_timeout, backup, down, max_conns.
class UpstreamServerTest {

    private static final String LOG = """
            log_format end '$status $session_outcome $upstream_addr';
            access_log ${dir}/access.log end;
            """;

    private static final String SERVER = "server { listen 127.0.0.1:0; proxy_pass backend; }\n";

    @ParameterizedTest
    @EnumSource(Transport.class)
    void weightsAreSpreadSmoothly(Transport transport) throws IOException {
        try (TestUpstream a = TestUpstream.named("a");
                TestUpstream b = TestUpstream.named("b");
                TestUpstream c = TestUpstream.named("c");
                RunningProxy proxy = RunningProxy.start(transport, """
                        upstream backend { server %s weight=5; server %s; server %s; }
                        """.formatted(a.address(), b.address(), c.address()) + SERVER)) {
            StringBuilder order = new StringBuilder();
            for (int i = 0; i < 14; i++) {
                order.append(answer(proxy));
            }
            assertThat(order.toString()).isEqualTo("aabacaaaabacaa");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void downIsNeverTried(Transport transport) throws IOException {
        try (TestUpstream a = TestUpstream.named("a");
                TestUpstream b = TestUpstream.named("b");
                RunningProxy proxy = RunningProxy.start(transport, """
                        upstream backend { server %s down; server %s; }
                        """.formatted(a.address(), b.address()) + SERVER)) {
            for (int i = 0; i < 4; i++) {
                assertThat(answer(proxy)).isEqualTo("b");
            }
            assertThat(a.accepted()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void backupsServeOnlyWhenNobodyElseDoes(Transport transport) throws IOException {
        String nobody = "127.0.0.1:" + FreePorts.next();
        try (TestUpstream a = TestUpstream.named("a");
                TestUpstream b = TestUpstream.named("b");
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream sound { server %2$s; server %3$s backup; }
                        upstream broken { server %1$s; server %3$s backup; }
                        server { listen 127.0.0.1:0; proxy_pass sound; }
                        server { listen 127.0.0.1:0; proxy_pass broken; }
                        """.formatted(nobody, a.address(), b.address()))) {
            for (int i = 0; i < 4; i++) {
                assertThat(answer(proxy)).isEqualTo("a");
            }
            for (int i = 0; i < 2; i++) {
                try (Socket socket = proxy.connect(1)) {
                    assertThat(Wire.read(socket, 1)).isEqualTo("b");
                }
            }
            // The primary rests after its first failure.
            assertThat(proxy.awaitLines("access.log", 6).subList(4, 6)).containsExactlyInAnyOrder(
                    "200 downstream_closed " + nobody + ", " + b.address(), "200 downstream_closed " + b.address());
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void maxFailsPutsAPeerToRest(Transport transport) throws IOException {
        String nobody = "127.0.0.1:" + FreePorts.next();
        try (TestUpstream b = TestUpstream.named("b");
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream backend { server %s max_fails=2 fail_timeout=1h; server %s; }
                        """.formatted(nobody, b.address()) + SERVER)) {
            for (int i = 1; i <= 8; i++) {
                assertThat(answer(proxy)).isEqualTo("b");
                proxy.awaitLines("access.log", i);
            }
            assertThat(proxy.file("access.log").lines().filter(line -> line.contains(nobody))).hasSize(2);
            assertThat(proxy.errorLog().lines().filter(line -> line.contains("upstream server temporarily disabled")))
                    .hasSize(1)
                    .allMatch(line -> line.contains("[warn]") && line.contains(nobody));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void withMaxFailsOfZeroAPeerNeverRests(Transport transport) throws IOException {
        String nobody = "127.0.0.1:" + FreePorts.next();
        try (TestUpstream b = TestUpstream.named("b");
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream backend { server %s max_fails=0; server %s; }
                        """.formatted(nobody, b.address()) + SERVER)) {
            for (int i = 1; i <= 6; i++) {
                assertThat(answer(proxy)).isEqualTo("b");
                proxy.awaitLines("access.log", i);
            }
            assertThat(proxy.file("access.log").lines().filter(line -> line.contains(nobody)).count())
                    .isGreaterThanOrEqualTo(2);
            assertThat(proxy.errorLog()).doesNotContain("temporarily disabled");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void afterFailTimeoutAPeerIsTriedAgainAndComesBack(Transport transport) throws IOException {
        int port = FreePorts.next();
        try (TestUpstream b = TestUpstream.named("b");
                RunningProxy proxy = RunningProxy.start(transport, """
                        upstream backend { server 127.0.0.1:%d fail_timeout=1s; server %s; }
                        """.formatted(port, b.address()) + SERVER)) {
            assertThat(answer(proxy)).isEqualTo("b");
            try (TestUpstream _ = TestUpstream.named("a", port)) {
                Eventually.await("the first peer serves again", () -> uncheckedAnswer(proxy).equals("a"));
                proxy.awaitErrorLog("upstream server is available again");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theOnlyPeerNeverRests(Transport transport) throws IOException {
        String nobody = "127.0.0.1:" + FreePorts.next();
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                upstream backend { server %s max_fails=1 fail_timeout=1h; }
                """.formatted(nobody) + SERVER)) {
            for (int i = 0; i < 3; i++) {
                assertThat(answer(proxy)).isEmpty();
            }
            assertThat(proxy.awaitLines("access.log", 3)).containsOnly("502 upstream_refused " + nobody);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void maxConnsIsKept(Transport transport) throws IOException {
        try (TestUpstream a = TestUpstream.named("a");
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream backend { server %s max_conns=2; }
                        """.formatted(a.address()) + SERVER)) {
            try (Socket first = proxy.connect(); Socket second = proxy.connect()) {
                assertThat(Wire.read(first, 1) + Wire.read(second, 1)).isEqualTo("aa");
                assertThat(answer(proxy)).isEmpty();
                assertThat(proxy.awaitLines("access.log", 1)).containsExactly("502 no_live_upstream backend");
            }
            proxy.awaitNoSessions();
            assertThat(answer(proxy)).isEqualTo("a");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void maxConnsHoldsForAllWorkersTogether(Transport transport) throws IOException {
        try (TestUpstream a = TestUpstream.named("a");
                RunningProxy proxy = RunningProxy.start(transport, "worker_processes 2;", """
                        upstream backend { zone backend 64k; server %s max_conns=3; }
                        """.formatted(a.address()) + SERVER)) {
            List<Socket> open = new ArrayList<>();
            try {
                StringBuilder answers = new StringBuilder();
                for (int i = 0; i < 20; i++) {
                    Socket socket = proxy.connect();
                    open.add(socket);
                    answers.append(Wire.read(socket, 1));
                }
                assertThat(answers.toString()).isEqualTo("aaa");
            } finally {
                for (Socket socket : open) {
                    socket.close();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void withZoneWorkersTakeTurnsTogether(Transport transport) throws IOException {
        try (TestUpstream a = TestUpstream.named("a");
                TestUpstream b = TestUpstream.named("b");
                RunningProxy proxy = RunningProxy.start(transport, "worker_processes 2;", """
                        upstream backend { zone backend 64k; server %s; server %s; }
                        """.formatted(a.address(), b.address()) + SERVER)) {
            StringBuilder order = new StringBuilder();
            for (int i = 0; i < 20; i++) {
                order.append(answer(proxy));
            }
            assertThat(order.toString()).isEqualTo("ab".repeat(10));
        }
    }

    private static String uncheckedAnswer(RunningProxy proxy) {
        try {
            return answer(proxy);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String answer(RunningProxy proxy) throws IOException {
        try (Socket socket = proxy.connect()) {
            return Wire.read(socket, 1);
        }
    }
}
