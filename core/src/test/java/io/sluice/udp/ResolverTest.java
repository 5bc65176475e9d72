package io.sluice.udp;

import java.net.InetAddress;
import java.net.InetSocketAddress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.metrics.Metric;
import io.sluice.testing.Eventually;
import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.TestDns;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `resolver` of UDP servers: names that `proxy_pass` with variables comes to.
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
    void aComputedNameIsResolvedAndTheFirstDatagramsKept(Transport transport) {
        dns.host("app.test", 60, "127.0.0.1").hold();
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        resolver %s;
                        proxy_responses 1;
                        server { listen 127.0.0.1:0 udp; set $name app.test; proxy_pass $name:%s; }
                        """.formatted(dns.address(), upstream.address().substring("127.0.0.1:".length())));
                UdpClient client = UdpClient.to(proxy.address())) {
            client.send("first");
            Eventually.await("it was asked", () -> dns.asked("app.test") == 2);
            client.send("second");
            dns.letGo();
            assertThat(client.receive().text()).isEqualTo("first");
            assertThat(client.receive().text()).isEqualTo("second");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("200 answered " + upstream.address());
            assertThat(client.exchange("third")).isEqualTo("third");
            assertThat(dns.asked("app.test")).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void newAddressesFollowTheirTime(Transport transport) {
        dns.host("app.test", 1, "127.0.0.1");
        try (TestDatagramUpstream _ = at("127.0.0.1", "one");
                TestDatagramUpstream _ = at("127.0.0.2", "two");
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        resolver %s;
                        proxy_responses 1;
                        server { listen 127.0.0.1:0 udp; set $name app.test; proxy_pass $name:%d; }
                        """.formatted(dns.address(), port));
                UdpClient client = UdpClient.to(proxy.address())) {
            assertThat(client.exchange("hello")).isEqualTo("one");
            dns.host("app.test", 1, "127.0.0.2");
            Eventually.await("the new address is used", () -> client.exchange("hello").equals("two"));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatDoesNotResolve(Transport transport) {
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                resolver %s;
                resolver_timeout 200ms;
                server { listen 127.0.0.1:0 udp; set $name missing.test; proxy_pass $name:%d; }
                """.formatted(dns.address(), port));
                UdpClient client = UdpClient.to(proxy.address())) {
            client.send("hello");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("500 unresolved -");
            proxy.awaitErrorLog("missing.test could not be resolved (3: Host not found)");
            dns.silent(true);
            client.send("hello");
            assertThat(proxy.awaitLines("access.log", 2)).containsOnly("500 unresolved -");
            proxy.awaitErrorLog("missing.test could not be resolved (110: Operation timed out)");
            assertThat(client.poll()).isNull();
        }
    }

    /// Nothing else of the worker's memory grows while a client waits.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void noMoreThanSomeDatagramsAreKept(Transport transport) {
        dns.host("app.test", 60, "127.0.0.1").hold();
        try (TestDatagramUpstream upstream = TestDatagramUpstream.silent();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        resolver %s;
                        server { listen 127.0.0.1:0 udp; set $name app.test; proxy_pass $name:%s; }
                        """.formatted(dns.address(), upstream.address().substring("127.0.0.1:".length())));
                UdpClient client = UdpClient.to(proxy.address())) {
            for (int i = 0; i < 30; i++) {
                client.send("datagram " + i);
            }
            Eventually.await("they have come", () -> dns.asked("app.test") == 2);
            dns.letGo();
            for (int i = 0; i < 8; i++) {
                assertThat(upstream.next().text()).isEqualTo("datagram " + i);
            }
        }
    }

    /// Those that were not are nobody's to answer.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatWasNotKeptIsNotMissedAsAnAnswer(Transport transport) {
        dns.host("app.test", 60, "127.0.0.1").hold();
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        resolver %s;
                        proxy_responses 1;
                        server { listen 127.0.0.1:0 udp; set $name app.test; proxy_pass $name:%s; }
                        """.formatted(dns.address(), upstream.address().substring("127.0.0.1:".length())));
                UdpClient client = UdpClient.to(proxy.address())) {
            for (int i = 0; i < 30; i++) {
                client.send("datagram " + i);
            }
            Eventually.await("all have come", () -> proxy.server().status().metrics()
                    .value(Metric.DOWNSTREAM_DATAGRAMS_RECEIVED) == 30 && dns.asked("app.test") == 2);
            dns.letGo();
            for (int i = 0; i < 8; i++) {
                assertThat(client.receive().text()).isEqualTo("datagram " + i);
            }
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("200 answered " + upstream.address());
        }
    }

    private TestDatagramUpstream at(String host, String name) {
        return TestDatagramUpstream.start(
                new InetSocketAddress(InetAddress.ofLiteral(host), port),
                (datagram, upstream) -> upstream.send(datagram.sender(), name));
    }
}
