package io.sluice.udp;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.Eventually;
import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// Peers that refuse, are silent, go away and come back.
class UpstreamFaultTest {

    private static final String LOG = """
            log_format end '$status $session_outcome $upstream_addr';
            access_log ${dir}/access.log end;
            """;

    /// The peer's host says by ICMP that nobody has the port.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void refused(Transport transport) {
        String nobody = "127.0.0.1:" + FreePorts.next();
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                server { listen 127.0.0.1:0 udp; proxy_pass %s; }
                """.formatted(nobody));
                UdpClient client = UdpClient.to(proxy.address())) {
            client.send("first");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("502 upstream_refused " + nobody);
            proxy.awaitErrorLog("(111: Connection refused)");
            // The only peer is never put to rest.
            client.send("second");
            assertThat(proxy.awaitLines("access.log", 2)).containsOnly("502 upstream_refused " + nobody);
            assertThat(client.poll()).as("nginx sends an empty datagram here").isNull();
            proxy.awaitNoSessions();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void afterARefusalTheNextFlowGoesToTheOtherPeer(Transport transport) {
        String nobody = "127.0.0.1:" + FreePorts.next();
        try (TestDatagramUpstream other = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream backend { server %s; server %s; }
                        server { listen 127.0.0.1:0 udp; proxy_pass backend; proxy_responses 1; }
                        """.formatted(nobody, other.address()));
                UdpClient client = UdpClient.to(proxy.address())) {
            client.send("in vain");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("502 upstream_refused " + nobody);
            for (int i = 0; i < 4; i++) {
                assertThat(client.exchange("x")).isEqualTo("x");
            }
            assertThat(proxy.awaitLines("access.log", 5).subList(1, 5)).containsOnly("200 answered " + other.address());
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void maxFailsAreThatMany(Transport transport) {
        String nobody = "127.0.0.1:" + FreePorts.next();
        try (TestDatagramUpstream other = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream backend { server %s max_fails=3; server %s; }
                        server { listen 127.0.0.1:0 udp; proxy_pass backend; proxy_responses 1; }
                        """.formatted(nobody, other.address()));
                UdpClient client = UdpClient.to(proxy.address())) {
            int flows = 12;
            for (int i = 1; i <= flows; i++) {
                client.send("x");
                proxy.awaitLines("access.log", i);
            }
            assertThat(proxy.awaitLines("access.log", flows))
                    .filteredOn(line -> line.equals("502 upstream_refused " + nobody))
                    .hasSize(3);
            assertThat(other.received()).isEqualTo(flows - 3);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void withoutMaxFailsThePeerNeverRests(Transport transport) {
        String nobody = "127.0.0.1:" + FreePorts.next();
        try (TestDatagramUpstream other = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream backend { server %s max_fails=0; server %s; }
                        server { listen 127.0.0.1:0 udp; proxy_pass backend; proxy_responses 1; }
                        """.formatted(nobody, other.address()));
                UdpClient client = UdpClient.to(proxy.address())) {
            for (int i = 1; i <= 8; i++) {
                client.send("x");
                proxy.awaitLines("access.log", i);
            }
            assertThat(other.received()).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aBackupServesWhileThePrimaryRests(Transport transport) {
        try (TestDatagramUpstream primary = TestDatagramUpstream.named("primary");
                TestDatagramUpstream backup = TestDatagramUpstream.named("backup");
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream backend { server %s fail_timeout=1s; server %s backup; }
                        server { listen 127.0.0.1:0 udp; proxy_pass backend; proxy_responses 1; }
                        """.formatted(primary.address(), backup.address()));
                UdpClient client = UdpClient.to(proxy.address())) {
            assertThat(client.exchange("?")).isEqualTo("primary");
            assertThat(client.exchange("?")).isEqualTo("primary");
            proxy.awaitLines("access.log", 2);
            primary.closePort();
            client.send("in vain");
            assertThat(proxy.awaitLines("access.log", 3)).endsWith("502 upstream_refused " + primary.address());
            assertThat(client.exchange("?")).isEqualTo("backup");
            primary.reopenPort();
            Eventually.await("the primary is tried again", () -> client.exchange("?").equals("primary"));
            assertThat(client.exchange("?")).isEqualTo("primary");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void allDown(Transport transport) {
        String nobody = "127.0.0.1:" + FreePorts.next();
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                upstream backend { server %1$s down; server %1$s down; }
                server { listen 127.0.0.1:0 udp; proxy_pass backend; }
                """.formatted(nobody));
                UdpClient client = UdpClient.to(proxy.address())) {
            client.send("x");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("502 no_live_upstream backend");
            proxy.awaitErrorLog("no live upstreams while connecting to upstream");
            client.send("y");
            assertThat(proxy.awaitLines("access.log", 2)).containsOnly("502 no_live_upstream backend");
        }
    }

    /// A peer that cannot be reached at all is found out at once, and the next one is tried for the same datagram.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void nextUpstreamWhenASocketCannotBeConnected(Transport transport) {
        try (TestDatagramUpstream other = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream one { server 255.255.255.255:9; server %1$s; }
                        upstream other { server 255.255.255.255:9; server %1$s; }
                        server { listen 127.0.0.1:0 udp; proxy_pass one; proxy_responses 1; }
                        server { listen 127.0.0.1:0 udp; proxy_pass other; proxy_responses 1; proxy_next_upstream off; }
                        """.formatted(other.address()));
                UdpClient going = UdpClient.to(proxy.address(0));
                UdpClient staying = UdpClient.to(proxy.address(1))) {
            assertThat(going.exchange("x")).isEqualTo("x");
            staying.send("x");
            assertThat(proxy.awaitLines("access.log", 2)).containsExactly(
                    "200 answered 255.255.255.255:9, " + other.address(), "502 upstream_unreachable 255.255.255.255:9");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void goneInTheMiddleAndBack(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.tellingPort();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0 udp; proxy_pass %s; }
                        """.formatted(upstream.address()));
                UdpClient client = UdpClient.to(proxy.address())) {
            String flow = client.exchange("x");
            assertThat(client.exchange("x")).isEqualTo(flow);
            upstream.closePort();
            client.send("x");
            assertThat(proxy.awaitLines("access.log", 1).getFirst())
                    .contains(" upstream_refused ")
                    .endsWith(upstream.address());
            upstream.reopenPort();
            String next = client.exchange("x");
            assertThat(next).isNotEqualTo(flow);
            assertThat(client.exchange("x")).isEqualTo(next);
        }
    }

    /// One flow's failure is nobody else's, though their errors may be found in one go.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void refusalsDoNotDisturbOtherFlows(Transport transport) {
        String nobody = "127.0.0.1:" + FreePorts.next();
        try (TestDatagramUpstream upstream = TestDatagramUpstream.tellingPort();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        map $remote_addr $target { 127.0.0.66 %s; default %s; }
                        server { listen 127.0.0.1:0 udp; proxy_pass $target; }
                        """.formatted(nobody, upstream.address()));
                UdpClient lucky = UdpClient.from("127.0.0.7", proxy.address());
                UdpClient unlucky = UdpClient.from("127.0.0.66", proxy.address())) {
            String flow = lucky.exchange("x");
            for (int i = 0; i < 200; i++) {
                unlucky.send("in vain");
                unlucky.send("in vain");
                assertThat(lucky.exchange("x")).isEqualTo(flow);
            }
            assertThat(proxy.awaitLines("access.log", 1)).containsOnly("502 upstream_refused " + nobody);
        }
    }
}
