package io.sluice.udp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.testing.Eventually;
import io.sluice.testing.RunningNginx;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// Flows spread over the peers of a group by each of the balancers.
class BalancingTest {

    private static final int KEYS = 24;

    private static final int FLOWS = 20;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void roundRobinByWeight(Transport transport) {
        try (TestDatagramUpstream a = TestDatagramUpstream.named("a");
                TestDatagramUpstream b = TestDatagramUpstream.named("b");
                TestDatagramUpstream c = TestDatagramUpstream.named("c");
                RunningProxy proxy = RunningProxy.start(transport, """
                        upstream backend { server %s weight=5; server %s; server %s; }
                        server { listen 127.0.0.1:0 udp; proxy_pass backend; proxy_responses 1; }
                        """.formatted(a.address(), b.address(), c.address()))) {
            StringBuilder order = new StringBuilder();
            for (int i = 0; i < 14; i++) {
                order.append(ask(proxy.address(), "127.0.0.1"));
            }
            assertThat(order.toString()).isEqualTo("aabacaaaabacaa");
        }
    }

    /// What follows the first datagram of a flow is not balanced anew.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aFlowStaysWithItsPeer(Transport transport) {
        try (TestDatagramUpstream a = TestDatagramUpstream.named("a");
                TestDatagramUpstream b = TestDatagramUpstream.named("b");
                RunningProxy proxy = start(transport, "", a, b);
                UdpClient client = UdpClient.to(proxy.address())) {
            String peer = client.exchange("?");
            for (int i = 0; i < FLOWS; i++) {
                assertThat(client.exchange("?")).isEqualTo(peer);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void leastConnGoesWhereFewestFlowsAre(Transport transport) {
        List<UdpClient> clients = new ArrayList<>();
        try (TestDatagramUpstream a = TestDatagramUpstream.named("a");
                TestDatagramUpstream b = TestDatagramUpstream.named("b");
                RunningProxy proxy = RunningProxy.start(transport, """
                        log_format end '$session_outcome';
                        access_log ${dir}/access.log end;
                        upstream backend { least_conn; server %s; server %s; }
                        server { listen 127.0.0.1:0 udp; proxy_pass backend; proxy_responses 2; }
                        """.formatted(a.address(), b.address()))) {
            for (int i = 0; i < FLOWS; i++) {
                clients.add(UdpClient.to(proxy.address()));
                clients.get(i).exchange("?");
            }
            assertThat(List.of(a.received(), b.received())).containsExactly(FLOWS / 2, FLOWS / 2);
            int ended = 4;
            for (InetSocketAddress flow : a.senders().subList(0, ended)) {
                a.send(flow, "the second response");
            }
            proxy.awaitLines("access.log", ended);
            Eventually.await("the flows have ended", () -> proxy.server().status().sessions() == FLOWS - ended);
            for (int i = 0; i < ended; i++) {
                UdpClient next = UdpClient.to(proxy.address());
                clients.add(next);
                assertThat(next.exchange("?")).isEqualTo("a");
            }
        } finally {
            clients.forEach(UdpClient::close);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hash $remote_addr;", "hash $remote_addr consistent;"})
    void hashMapsClientsToPeersAsNginxDoes(String method) throws IOException {
        assumeTrue(RunningNginx.isInstalled(), "no nginx to compare with");
        try (TestDatagramUpstream a = TestDatagramUpstream.named("a");
                TestDatagramUpstream b = TestDatagramUpstream.named("b");
                TestDatagramUpstream c = TestDatagramUpstream.named("c")) {
            String stream = """
                    upstream backend { %s server %s weight=2; server %s; server %s; }
                    server { listen 127.0.0.1:0 udp; proxy_pass backend; proxy_responses 1; }
                    """.formatted(method, a.address(), b.address(), c.address());
            List<String> expected;
            try (RunningNginx nginx = RunningNginx.start(stream)) {
                expected = peers(nginx.address(0));
                assertThat(peers(nginx.address(0))).isEqualTo(expected);
            }
            assertThat(expected).contains("a", "b", "c");
            for (Transport transport : Transport.values()) {
                try (RunningProxy proxy = RunningProxy.start(transport, stream)) {
                    assertThat(peers(proxy.address())).as("%s", transport).isEqualTo(expected);
                }
            }
        }
    }

    /// The peer of each of some clients.
    private static List<String> peers(InetSocketAddress proxy) {
        List<String> peers = new ArrayList<>();
        for (int i = 1; i <= KEYS; i++) {
            peers.add(ask(proxy, "127.0.1." + i));
        }
        return peers;
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void randomReachesEverybody(Transport transport) {
        try (TestDatagramUpstream a = TestDatagramUpstream.named("a");
                TestDatagramUpstream b = TestDatagramUpstream.named("b");
                RunningProxy proxy = start(transport, "random;", a, b)) {
            int flows = 64;
            for (int i = 0; i < flows; i++) {
                assertThat(ask(proxy.address(), "127.0.0.1")).isIn("a", "b");
            }
            // Missing one of two equals 64 times has a chance of 2^-63.
            assertThat(a.received()).isBetween(1, flows - 1);
            assertThat(a.received() + b.received()).isEqualTo(flows);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void randomTwoOfTwoIsLeastConn(Transport transport) {
        try (TestDatagramUpstream a = TestDatagramUpstream.named("a");
                TestDatagramUpstream b = TestDatagramUpstream.named("b");
                RunningProxy proxy = start(transport, "random two least_conn;", a, b)) {
            for (int i = 0; i < FLOWS; i++) {
                ask(proxy.address(), "127.0.0.1");
            }
            assertThat(List.of(a.received(), b.received())).containsExactly(FLOWS / 2, FLOWS / 2);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void maxConnsLimitsThePeersFlows(Transport transport) {
        try (TestDatagramUpstream a = TestDatagramUpstream.named("a");
                TestDatagramUpstream b = TestDatagramUpstream.named("b");
                RunningProxy proxy = RunningProxy.start(transport, """
                        upstream backend { zone backend 64k; server %s max_conns=2; server %s; }
                        server { listen 127.0.0.1:0 udp; proxy_pass backend; }
                        """.formatted(a.address(), b.address()))) {
            for (int i = 0; i < FLOWS; i++) {
                ask(proxy.address(), "127.0.0.1");
            }
            assertThat(List.of(a.received(), b.received())).containsExactly(2, FLOWS - 2);
        }
    }

    private static RunningProxy start(
            Transport transport, String method, TestDatagramUpstream a, TestDatagramUpstream b) {
        return RunningProxy.start(transport, """
                upstream backend { %s server %s; server %s; }
                server { listen 127.0.0.1:0 udp; proxy_pass backend; }
                """.formatted(method, a.address(), b.address()));
    }

    /// What a new client is answered: its peer's name.
    private static String ask(InetSocketAddress proxy, String from) {
        try (UdpClient client = UdpClient.from(from, proxy)) {
            return client.exchange("?");
        }
    }
}
