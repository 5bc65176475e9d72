package io.sluice.udp;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.Datagram;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `proxy_requests`: after so many datagrams of a client its next one begins another flow.
class ProxyRequestsTest {

    private static final String LOG = """
            log_format end '$status $session_outcome $bytes_received $bytes_sent';
            access_log ${dir}/access.log end;
            """;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void everySecondDatagramIsTheLastOfItsFlow(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.tellingPort();
                RunningProxy proxy = start(transport, upstream, "proxy_requests 2;");
                UdpClient client = UdpClient.to(proxy.address())) {
            List<String> flows = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                flows.add(client.exchange("x"));
            }
            assertThat(flows.get(1)).isEqualTo(flows.get(0));
            assertThat(flows.get(2)).isNotEqualTo(flows.get(0));
            assertThat(flows.get(3)).isEqualTo(flows.get(2));
            assertThat(flows.get(4)).isNotIn(flows.subList(0, 4));
        }
    }

    /// The datagrams that are read in one go are counted one by one.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void alsoInABurst(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.silent();
                RunningProxy proxy = start(transport, upstream, "proxy_requests 2;");
                UdpClient client = UdpClient.to(proxy.address())) {
            for (String text : List.of("a", "b", "c", "d", "e")) {
                client.send(text);
            }
            Map<InetSocketAddress, String> flows = new LinkedHashMap<>();
            for (int i = 0; i < 5; i++) {
                Datagram datagram = upstream.next();
                flows.merge(datagram.sender(), datagram.text(), String::concat);
            }
            assertThat(flows.values()).containsExactlyInAnyOrder("ab", "cd", "e");
        }
    }

    /// The flow that takes no more requests goes on relaying answers until it is idle.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void answersOfThePreviousFlowStillArrive(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.silent();
                RunningProxy proxy = start(transport, upstream, "proxy_requests 1; proxy_timeout 1s;");
                UdpClient client = UdpClient.to(proxy.address())) {
            client.send("a");
            client.send("bb");
            Datagram first = upstream.next();
            Datagram second = upstream.next();
            assertThat(first.sender()).isNotEqualTo(second.sender());
            upstream.send(second.sender(), second.text());
            assertThat(client.receive().text()).isEqualTo(second.text());
            upstream.send(first.sender(), first.text());
            upstream.send(first.sender(), first.text());
            assertThat(client.receive().text()).isEqualTo(first.text());
            assertThat(client.receive().text()).isEqualTo(first.text());
            assertThat(proxy.awaitLines("access.log", 2))
                    .containsExactlyInAnyOrder(
                            "200 idle_timeout %d %d".formatted(first.bytes().length, 2 * first.bytes().length),
                            "200 idle_timeout %d %d".formatted(second.bytes().length, second.bytes().length));
        }
    }

    /// The flow ends when both its datagrams are answered, and not before it has had both.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void withResponsesTheFlowEndsWhenAllAreAnswered(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.tellingPort();
                RunningProxy proxy = start(transport, upstream, "proxy_requests 2; proxy_responses 1;");
                UdpClient client = UdpClient.to(proxy.address())) {
            String flow = client.exchange("x");
            assertThat(client.exchange("x")).isEqualTo(flow);
            assertThat(proxy.awaitLines("access.log", 1))
                    .containsExactly("200 answered 2 " + 2 * flow.length());
            assertThat(client.exchange("x")).isNotEqualTo(flow);
            assertThat(proxy.server().status().sessions()).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void ofOneWithOneResponseEachDatagramIsAFlow(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = start(transport, upstream, "proxy_requests 1; proxy_responses 1;");
                UdpClient client = UdpClient.to(proxy.address())) {
            for (int i = 0; i < 10; i++) {
                client.send("x" + i);
            }
            for (int i = 0; i < 10; i++) {
                assertThat(client.receive().text()).startsWith("x");
            }
            assertThat(proxy.awaitLines("access.log", 10)).containsOnly("200 answered 2 2");
            assertThat(upstream.senders()).hasSize(10);
            proxy.awaitNoSessions();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void zeroIsNoLimit(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = start(transport, upstream, "proxy_requests 0;");
                UdpClient client = UdpClient.to(proxy.address())) {
            for (int i = 0; i < 100; i++) {
                assertThat(client.exchange("x")).isEqualTo("x");
            }
            assertThat(upstream.senders()).hasSize(1);
        }
    }

    private static RunningProxy start(Transport transport, TestDatagramUpstream upstream, String directives) {
        return RunningProxy.start(transport, LOG + """
                server { listen 127.0.0.1:0 udp; proxy_pass %s; %s }
                """.formatted(upstream.address(), directives));
    }
}
