package io.sluice.tcp;

import java.io.IOException;
import java.net.Socket;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.FreePorts;
import io.sluice.testing.FullBacklog;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `proxy_next_upstream` with its tries and its timeout: whether a peer that cannot be connected to is the end.
class ProxyNextUpstreamTest {

    private static final String LOG = """
            log_format end '$status $session_outcome $upstream_addr';
            access_log ${dir}/access.log end;
            """;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theNextPeerIsTried(Transport transport) throws IOException {
        String nobody = "127.0.0.1:" + FreePorts.next();
        try (TestUpstream upstream = TestUpstream.named("up");
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream backend { server %s; server %s; }
                        server { listen 127.0.0.1:0; proxy_pass backend; }
                        """.formatted(nobody, upstream.address()))) {
            try (Socket socket = proxy.connect()) {
                assertThat(Wire.read(socket, 2)).isEqualTo("up");
            }
            assertThat(proxy.awaitLines("access.log", 1))
                    .containsExactly("200 downstream_closed " + nobody + ", " + upstream.address());
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void offTheFirstFailureEndsTheSession(Transport transport) throws IOException {
        String nobody = "127.0.0.1:" + FreePorts.next();
        try (TestUpstream upstream = TestUpstream.named("up");
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream backend { server %s; server %s; }
                        server { listen 127.0.0.1:0; proxy_pass backend; proxy_next_upstream off; }
                        """.formatted(nobody, upstream.address()))) {
            assertThat(refused(proxy, 1)).isEqualTo("502 upstream_refused " + nobody);
            assertThat(upstream.accepted()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void triesAreCounted(Transport transport) throws IOException {
        String first = "127.0.0.1:" + FreePorts.next();
        String second = "127.0.0.1:" + FreePorts.next();
        try (TestUpstream upstream = TestUpstream.named("up");
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream backend { server %s; server %s; server %s; }
                        server { listen 127.0.0.1:0; proxy_pass backend; proxy_next_upstream_tries 2; }
                        """.formatted(first, second, upstream.address()))) {
            assertThat(refused(proxy, 1)).isEqualTo("502 upstream_refused " + first + ", " + second);
            assertThat(upstream.accepted()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void afterTheTimeoutNoFurtherPeerIsTried(Transport transport) throws IOException {
        try (FullBacklog silent = FullBacklog.start();
                TestUpstream upstream = TestUpstream.named("up");
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream backend { server %s; server %s; }
                        server {
                            listen 127.0.0.1:0; proxy_pass backend;
                            proxy_connect_timeout 100ms; proxy_next_upstream_timeout 50ms;
                        }
                        """.formatted(silent.address(), upstream.address()))) {
            assertThat(refused(proxy, 1)).isEqualTo("502 upstream_connect_timeout " + silent.address());
            assertThat(upstream.accepted()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whenAllHaveFailedTheNextSessionFindsNone(Transport transport) throws IOException {
        String first = "127.0.0.1:" + FreePorts.next();
        String second = "127.0.0.1:" + FreePorts.next();
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                upstream backend { server %s; server %s; }
                server { listen 127.0.0.1:0; proxy_pass backend; }
                """.formatted(first, second))) {
            assertThat(refused(proxy, 1)).isEqualTo("502 upstream_refused " + first + ", " + second);
            assertThat(refused(proxy, 2)).isEqualTo("502 no_live_upstream backend");
            proxy.awaitErrorLog("no live upstreams while connecting to upstream, client: 127.0.0.1, server: 127.0.0.1:"
                    + proxy.address().getPort() + ", upstream: \"backend\"");
        }
    }

    private static String refused(RunningProxy proxy, int count) throws IOException {
        try (Socket socket = proxy.connect()) {
            assertThat(Wire.readAll(socket)).isEmpty();
        }
        return proxy.awaitLines("access.log", count).getLast();
    }
}
