package io.sluice.udp;

import java.net.InetSocketAddress;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `proxy_responses`: how many answers to each datagram end a flow.
class ProxyResponsesTest {

    private static final String LOG = """
            log_format end '$status $session_outcome $bytes_received $bytes_sent';
            access_log ${dir}/access.log end;
            """;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void noneEndsTheFlowWhenTheDatagramIsSent(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = start(transport, upstream, "proxy_responses 0;");
                UdpClient client = UdpClient.to(proxy.address())) {
            client.send("a");
            upstream.awaitReceived(1);
            proxy.awaitLines("access.log", 1);
            client.send("bb");
            upstream.awaitReceived(2);
            assertThat(proxy.awaitLines("access.log", 2)).containsExactly("200 answered 1 0", "200 answered 2 0");
            assertThat(upstream.senders()).hasSize(2);
            assertThat(client.poll()).as("an answer that nobody expects").isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void noneWithTwoRequestsEndsTheFlowAfterTheSecond(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.tellingPort();
                RunningProxy proxy = start(transport, upstream, "proxy_responses 0; proxy_requests 2;");
                UdpClient client = UdpClient.to(proxy.address())) {
            String answer = client.exchange("a");
            client.send("bb");
            upstream.awaitReceived(2);
            assertThat(upstream.senders()).hasSize(1);
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("200 answered 3 " + answer.length());
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void oneEndsTheFlowWithTheAnswer(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = start(transport, upstream, "proxy_responses 1;");
                UdpClient client = UdpClient.to(proxy.address())) {
            for (int i = 1; i <= 3; i++) {
                assertThat(client.exchange("x".repeat(i))).hasSize(i);
                proxy.awaitLines("access.log", i);
            }
            assertThat(proxy.awaitLines("access.log", 3))
                    .containsExactly("200 answered 1 1", "200 answered 2 2", "200 answered 3 3");
            assertThat(upstream.senders()).hasSize(3);
            proxy.awaitNoSessions();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void eachOfSeveralDatagramsWaitsForItsAnswer(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.silent();
                RunningProxy proxy = start(transport, upstream, "proxy_responses 1;");
                UdpClient client = UdpClient.to(proxy.address())) {
            client.send("a");
            client.send("bb");
            InetSocketAddress flow = upstream.next().sender();
            assertThat(upstream.next().sender()).isEqualTo(flow);
            upstream.send(flow, "A");
            assertThat(client.receive().text()).isEqualTo("A");
            assertThat(proxy.server().status().sessions()).isOne();
            client.send("ccc");
            assertThat(upstream.next().sender()).as("two answers are missing").isEqualTo(flow);
            upstream.send(flow, "B");
            upstream.send(flow, "C");
            assertThat(client.receive().text()).isEqualTo("B");
            assertThat(client.receive().text()).isEqualTo("C");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("200 answered 6 3");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void severalEndTheFlowWithTheLast(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.answering(3);
                RunningProxy proxy = start(transport, upstream, "proxy_responses 3;");
                UdpClient client = UdpClient.to(proxy.address())) {
            client.send("ab");
            for (int i = 0; i < 3; i++) {
                assertThat(client.receive().text()).isEqualTo("ab");
            }
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("200 answered 2 6");
            proxy.awaitNoSessions();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void ofManyClientsEachHasItsOwn(Transport transport) {
        int clients = 50;
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = start(transport, upstream, "proxy_responses 1;")) {
            for (int i = 0; i < clients; i++) {
                try (UdpClient client = UdpClient.from("127.0.1." + (i + 1), proxy.address())) {
                    assertThat(client.exchange("client " + i)).isEqualTo("client " + i);
                }
            }
            assertThat(proxy.awaitLines("access.log", clients)).allMatch(line -> line.startsWith("200 answered "));
        }
    }

    private static RunningProxy start(Transport transport, TestDatagramUpstream upstream, String directives) {
        return RunningProxy.start(transport, LOG + """
                server { listen 127.0.0.1:0 udp; proxy_pass %s; %s }
                """.formatted(upstream.address(), directives));
    }
}
