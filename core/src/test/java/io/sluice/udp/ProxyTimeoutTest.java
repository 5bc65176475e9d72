package io.sluice.udp;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `proxy_timeout`: silence on both sides ends a flow; a datagram in either direction starts the time anew. With
/// `proxy_responses` the silence of the upstream is its failure.
class ProxyTimeoutTest {

    /// Longer than the timeout in the configuration.
    private static final Duration BUSY = Duration.ofMillis(1300);

    private static final String CONFIGURATION = """
            log_format end '$status $session_outcome $session_time';
            access_log ${dir}/access.log end;
            server { listen 127.0.0.1:0 udp; proxy_pass %s; proxy_timeout 700ms; }
            """;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void silenceEndsTheFlow(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.tellingPort();
                RunningProxy proxy = RunningProxy.start(transport, CONFIGURATION.formatted(upstream.address()));
                UdpClient client = UdpClient.to(proxy.address())) {
            String flow = client.exchange("x");
            String line = proxy.awaitLines("access.log", 1).getFirst();
            assertThat(line).startsWith("200 idle_timeout ");
            assertThat(seconds(line)).isBetween(0.7, 5.0);
            proxy.awaitNoSessions();
            assertThat(client.exchange("x")).as("a new flow").isNotEqualTo(flow);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void datagramsFromDownstreamAloneKeepIt(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.silent();
                RunningProxy proxy = RunningProxy.start(transport, CONFIGURATION.formatted(upstream.address()));
                UdpClient client = UdpClient.to(proxy.address())) {
            long end = System.nanoTime() + BUSY.toNanos();
            while (System.nanoTime() - end < 0) {
                client.send("x");
                upstream.next();
            }
            assertEndsIdleAfterBeingBusy(proxy, upstream);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void datagramsFromUpstreamAloneKeepIt(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.silent();
                RunningProxy proxy = RunningProxy.start(transport, CONFIGURATION.formatted(upstream.address()));
                UdpClient client = UdpClient.to(proxy.address())) {
            client.send("x");
            var flow = upstream.next().sender();
            long end = System.nanoTime() + BUSY.toNanos();
            while (System.nanoTime() - end < 0) {
                upstream.send(flow, "y");
                assertThat(client.receive().text()).isEqualTo("y");
            }
            assertEndsIdleAfterBeingBusy(proxy, upstream);
        }
    }

    private static void assertEndsIdleAfterBeingBusy(RunningProxy proxy, TestDatagramUpstream upstream) {
        String line = proxy.awaitLines("access.log", 1).getFirst();
        assertThat(line).startsWith("200 idle_timeout ");
        assertThat(seconds(line)).isGreaterThan(1.2);
        assertThat(upstream.senders()).hasSize(1);
    }

    private static double seconds(String line) {
        return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aMissingAnswerIsThePeersFailure(Transport transport) {
        try (TestDatagramUpstream silent = TestDatagramUpstream.silent();
                TestDatagramUpstream echo = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, """
                        log_format end '$status $session_outcome $upstream_addr';
                        access_log ${dir}/access.log end;
                        upstream backend { server %s; server %s; }
                        server { listen 127.0.0.1:0 udp; proxy_pass backend; proxy_responses 1; proxy_timeout 300ms; }
                        """.formatted(silent.address(), echo.address()));
                UdpClient client = UdpClient.to(proxy.address())) {
            client.send("in vain");
            assertThat(proxy.awaitLines("access.log", 1))
                    .containsExactly("502 upstream_unanswered " + silent.address());
            proxy.awaitErrorLog("upstream timed out (110: Connection timed out)");
            // max_fails is 1: the peer rests for fail_timeout, and all flows go to the other.
            for (int i = 0; i < 4; i++) {
                assertThat(client.exchange("x")).isEqualTo("x");
            }
            assertThat(proxy.awaitLines("access.log", 5).subList(1, 5)).containsOnly("200 answered " + echo.address());
            assertThat(silent.received()).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void tooFewAnswersAreMissingOnes(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, """
                        log_format end '$status $session_outcome $bytes_sent $bytes_received';
                        access_log ${dir}/access.log end;
                        server { listen 127.0.0.1:0 udp; proxy_pass %s; proxy_responses 2; proxy_timeout 300ms; }
                        """.formatted(upstream.address()));
                UdpClient client = UdpClient.to(proxy.address())) {
            assertThat(client.exchange("once")).isEqualTo("once");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("502 upstream_unanswered 4 4");
        }
    }
}
