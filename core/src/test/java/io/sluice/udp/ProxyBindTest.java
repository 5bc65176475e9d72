package io.sluice.udp;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;
import io.sluice.transport.linux.Privileges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// `proxy_bind`: the address that the upstream sees.
class ProxyBindTest {

    private static final String CLIENT = "127.0.0.7";

    private static final String LOG = """
            log_format end '$status $session_outcome';
            access_log ${dir}/access.log end;
            proxy_responses 1;
            """;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAddress(Transport transport) {
        assertThat(seenByUpstream(transport, "proxy_bind 127.0.0.9;")).startsWith("127.0.0.9:");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAddressAndAPort(Transport transport) {
        String source = "127.0.0.9:" + FreePorts.next();
        assertThat(seenByUpstream(transport, "proxy_bind " + source + ";")).isEqualTo(source);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aVariable(Transport transport) {
        assertThat(seenByUpstream(transport, "set $n 11; proxy_bind 127.0.0.$n;")).startsWith("127.0.0.11:");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anEmptyVariableLeavesItToTheSystem(Transport transport) {
        assertThat(seenByUpstream(transport, "set $none ''; proxy_bind $none;")).startsWith("127.0.0.1:");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void offOverridesTheInheritedOne(Transport transport) {
        assertThat(seenByUpstream(transport, "proxy_bind off; ")).startsWith("127.0.0.1:");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void transparentWithTheAddressOfDownstream(Transport transport) {
        assumeTrue(Privileges.root(), "IP_TRANSPARENT needs CAP_NET_ADMIN");
        assertThat(seenByUpstream(transport, "proxy_bind $remote_addr transparent;")).startsWith(CLIENT + ":");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatIsNoAddressIsToldAndIgnored(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, """
                        server { listen 127.0.0.1:0 udp; set $odd 127.0.0.300; proxy_bind $odd; proxy_pass %s; }
                        """.formatted(upstream.address()));
                UdpClient client = UdpClient.to(proxy.address())) {
            assertThat(client.exchange("x")).isEqualTo("x");
            proxy.awaitErrorLog("*1 invalid local address \"127.0.0.300\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAddressOfAnotherHostIsNotThePeersFault(Transport transport) {
        try (TestDatagramUpstream a = TestDatagramUpstream.named("a");
                TestDatagramUpstream b = TestDatagramUpstream.named("b");
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream backend { server %s; server %s; }
                        server { listen 127.0.0.1:0 udp; proxy_bind 192.0.2.7; proxy_pass backend; }
                        server { listen 127.0.0.1:0 udp; proxy_pass backend; }
                        """.formatted(a.address(), b.address()));
                UdpClient unlucky = UdpClient.to(proxy.address(0));
                UdpClient client = UdpClient.to(proxy.address(1))) {
            unlucky.send("x");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("500 source_unavailable");
            proxy.awaitErrorLog("failed (99: Cannot assign requested address) while connecting to upstream");
            assertThat(client.exchange("x") + client.exchange("x")).isIn("ab", "ba");
        }
    }

    private static String seenByUpstream(Transport transport, String directives) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.start(
                        (datagram, self) -> self.send(datagram.sender(), datagram.from()));
                RunningProxy proxy = RunningProxy.start(transport, """
                        proxy_bind 127.0.0.66;
                        server { listen 127.0.0.1:0 udp; %s proxy_pass %s; }
                        """.formatted(directives, upstream.address()));
                UdpClient client = UdpClient.from(CLIENT, proxy.address())) {
            return client.exchange("who am I?");
        }
    }
}
