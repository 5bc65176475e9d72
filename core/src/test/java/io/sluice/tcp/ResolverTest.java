package io.sluice.tcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.Eventually;
import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDns;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `resolver` and `resolver_timeout`: names that `proxy_pass` with variables comes to.
class ResolverTest {

    private static final String LOG = """
            log_format end '$status $session_outcome $upstream_addr';
            access_log ${dir}/access.log end;
            """;

    private final TestDns dns = TestDns.start();

    private final int port = FreePorts.next();

    @AfterEach
    void end() {
        dns.close();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aComputedNameIsResolved(Transport transport) throws IOException {
        dns.host("app.test", 60, "127.0.0.1");
        try (TestUpstream _ = TestUpstream.named("here", port);
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        resolver %s;
                        server { listen 127.0.0.1:0; set $name app.test; proxy_pass $name:%d; }
                        """.formatted(dns.address(), port))) {
            for (int i = 1; i <= 3; i++) {
                assertThat(said(proxy)).isEqualTo("here");
                assertThat(proxy.awaitLines("access.log", i).getLast())
                        .isEqualTo("200 downstream_closed 127.0.0.1:" + port);
            }
            assertThat(dns.asked("app.test")).as("A and AAAA, once").isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aServersOwnResolverGoesBefore(Transport transport) throws IOException {
        dns.host("app.test", 60, "127.0.0.1");
        try (TestDns other = TestDns.start();
                TestUpstream _ = TestUpstream.named("here", port);
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        resolver %s;
                        server {
                            listen 127.0.0.1:0;
                            resolver %s ipv6=off valid=10s;
                            set $name app.test;
                            proxy_pass $name:%d;
                        }
                        """.formatted(other.address(), dns.address(), port))) {
            assertThat(said(proxy)).isEqualTo("here");
            assertThat(dns.asked("app.test")).isEqualTo(1);
            assertThat(other.asked("app.test")).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void allAddressesTakePartAndNewOnesFollowTheirTime(Transport transport) throws IOException {
        dns.host("app.test", 1, "127.0.0.1", "127.0.0.2");
        try (TestUpstream _ = TestUpstream.named("one", port);
                TestUpstream _ = TestUpstream.named("two", "127.0.0.2", port);
                TestUpstream _ = TestUpstream.named("three", "127.0.0.3", port);
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        resolver %s;
                        server { listen 127.0.0.1:0; set $name app.test; proxy_pass $name:%d; }
                        """.formatted(dns.address(), port))) {
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                seen.add(said(proxy));
            }
            assertThat(seen).containsExactlyInAnyOrder("one", "two");
            dns.host("app.test", 1, "127.0.0.3");
            Eventually.await("the new address is used", () -> said(proxy).equals("three"));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAddressThatRefusesIsFollowedByTheNext(Transport transport) throws IOException {
        dns.host("app.test", 60, "127.0.0.1", "127.0.0.2");
        try (TestUpstream _ = TestUpstream.named("two", "127.0.0.2", port);
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        resolver %s;
                        server { listen 127.0.0.1:0; set $name app.test; proxy_pass $name:%d; }
                        """.formatted(dns.address(), port))) {
            for (int i = 0; i < 4; i++) {
                assertThat(said(proxy)).isEqualTo("two");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatDoesNotResolve(Transport transport) throws IOException {
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                resolver %s;
                server { listen 127.0.0.1:0; set $name missing.test; proxy_pass $name:%d; }
                """.formatted(dns.address(), port))) {
            assertThat(said(proxy)).isEmpty();
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("500 unresolved -");
            proxy.awaitErrorLog("[error]");
            proxy.awaitErrorLog("*1 missing.test could not be resolved (3: Host not found), client: 127.0.0.1");
            dns.fail(2);
            assertThat(said(proxy)).isEmpty();
            proxy.awaitErrorLog("*2 missing.test could not be resolved (2: Server failure), client: 127.0.0.1");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void withoutAResolver(Transport transport) throws IOException {
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                server { listen 127.0.0.1:0; set $name app.test; proxy_pass $name:%d; }
                """.formatted(port))) {
            assertThat(said(proxy)).isEmpty();
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("500 unresolved -");
            proxy.awaitErrorLog("no resolver defined to resolve app.test");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void silenceEndsWithTheTimeout(Transport transport) throws IOException {
        dns.silent(true);
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                resolver %s;
                resolver_timeout 200ms;
                server { listen 127.0.0.1:0; set $name app.test; proxy_pass $name:%d; }
                """.formatted(dns.address(), port))) {
            long start = System.nanoTime();
            assertThat(said(proxy)).isEmpty();
            assertThat(System.nanoTime() - start).isGreaterThan(150_000_000L);
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("500 unresolved -");
            proxy.awaitErrorLog("app.test could not be resolved (110: Operation timed out)");
        }
    }

    /// The loop goes on meanwhile, and bytes that the client has sent already are not lost.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void othersAreServedWhileOneWaits(Transport transport) throws IOException {
        dns.host("app.test", 60, "127.0.0.1").hold();
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        resolver %s;
                        server { listen 127.0.0.1:0; set $name app.test; proxy_pass $name:%d; }
                        server { listen 127.0.0.1:0; proxy_pass %s; }
                        """.formatted(dns.address(), upstream.port(), upstream.address()));
                Socket waiting = proxy.connect(0)) {
            waiting.getOutputStream().write("early".getBytes(StandardCharsets.ISO_8859_1));
            Eventually.await("it was asked", () -> dns.asked("app.test") == 2);
            try (Socket other = proxy.connect(1)) {
                assertThat(Wire.echo(other, "hello")).isEqualTo("hello");
            }
            dns.letGo();
            byte[] echoed = waiting.getInputStream().readNBytes(5);
            assertThat(new String(echoed, StandardCharsets.ISO_8859_1)).isEqualTo("early");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aClientThatGoesAwayWhileItWaits(Transport transport) throws IOException {
        dns.silent(true);
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                resolver %s;
                server { listen 127.0.0.1:0; set $name app.test; proxy_pass $name:%d; }
                """.formatted(dns.address(), port))) {
            try (Socket socket = proxy.connect()) {
                Eventually.await("it was asked", () -> dns.asked("app.test") == 2);
                socket.setSoLinger(true, 0);
            }
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("200 downstream_gone -");
        }
    }

    /// What the upstream says at once; empty when the proxy closes the connection.
    private static String said(RunningProxy proxy) {
        byte[] bytes = new byte[100];
        try (Socket socket = proxy.connect()) {
            int length = socket.getInputStream().read(bytes);
            return length < 0 ? "" : new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
