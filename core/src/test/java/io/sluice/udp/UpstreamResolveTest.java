package io.sluice.udp;

import java.net.InetAddress;
import java.net.InetSocketAddress;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.Eventually;
import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.TestDns;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `server name resolve` in an `upstream {}` of UDP.
class UpstreamResolveTest {

    @ParameterizedTest
    @EnumSource(Transport.class)
    void newFlowsFollowTheNameAndOldOnesStay(Transport transport) {
        int port = FreePorts.next();
        try (TestDns dns = TestDns.start().host("app.test", 1, "127.0.0.1");
                TestDatagramUpstream _ = at("127.0.0.1", port, "one");
                TestDatagramUpstream _ = at("127.0.0.2", port, "two");
                RunningProxy proxy = RunningProxy.start(transport, """
                        resolver %s;
                        upstream app { zone app 64k; server app.test:%d resolve; }
                        server { listen 127.0.0.1:0 udp; proxy_pass app; }
                        """.formatted(dns.address(), port));
                UdpClient old = UdpClient.to(proxy.address())) {
            proxy.awaitErrorLog("app.test of upstream \"app\" is 127.0.0.1:" + port);
            assertThat(old.exchange("hello")).isEqualTo("one");
            dns.host("app.test", 1, "127.0.0.2");
            Eventually.await("new flows go to the new address", () -> {
                try (UdpClient young = UdpClient.to(proxy.address())) {
                    return young.exchange("hello").equals("two");
                }
            });
            assertThat(old.exchange("hello")).isEqualTo("one");
        }
    }

    private static TestDatagramUpstream at(String host, int port, String name) {
        return TestDatagramUpstream.start(
                new InetSocketAddress(InetAddress.ofLiteral(host), port),
                (datagram, upstream) -> upstream.send(datagram.sender(), name));
    }
}
