package io.sluice.tcp;

import java.io.IOException;
import java.net.Socket;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.FullBacklog;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `proxy_connect_timeout`: how long each peer may take to answer.
class ProxyConnectTimeoutTest {

    private static final String LOG = """
            log_format end '$status $session_outcome $upstream_addr $upstream_connect_time';
            access_log ${dir}/access.log end;
            """;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aPeerThatNeverAnswers(Transport transport) throws IOException {
        try (FullBacklog silent = FullBacklog.start();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0; proxy_pass %s; proxy_connect_timeout 100ms; }
                        """.formatted(silent.address()));
                Socket socket = proxy.connect()) {
            assertThat(Wire.readAll(socket)).isEmpty();
            assertThat(proxy.awaitLines("access.log", 1))
                    .containsExactly("502 upstream_connect_timeout " + silent.address() + " -");
            proxy.awaitErrorLog("upstream timed out (110: Connection timed out) while connecting to upstream, "
                    + "client: 127.0.0.1, server: 127.0.0.1:" + proxy.address().getPort()
                    + ", upstream: \"" + silent.address() + "\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theNextPeerHasATimeOfItsOwn(Transport transport) throws IOException {
        try (FullBacklog silent = FullBacklog.start();
                FullBacklog another = FullBacklog.start();
                TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream backend { server %s; server %s; server %s; }
                        server { listen 127.0.0.1:0; proxy_pass backend; proxy_connect_timeout 100ms; }
                        """.formatted(silent.address(), another.address(), upstream.address()))) {
            try (Socket socket = proxy.connect()) {
                assertThat(Wire.echo(socket, "x")).isEqualTo("x");
            }
            assertThat(proxy.awaitLines("access.log", 1).getFirst())
                    .matches("200 downstream_closed %s, %s, %s -, -, 0\\.\\d{3}".formatted(
                            silent.address(), another.address(), upstream.address()));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void isOverOnceTheConnectionStands(Transport transport) throws IOException {
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0; proxy_pass %s; proxy_connect_timeout 50ms; proxy_timeout 300ms; }
                        """.formatted(upstream.address()));
                Socket socket = proxy.connect()) {
            assertThat(Wire.readAll(socket)).isEmpty();
            assertThat(proxy.awaitLines("access.log", 1).getFirst()).startsWith("200 idle_timeout ");
        }
    }
}
