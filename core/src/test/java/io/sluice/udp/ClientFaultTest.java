package io.sluice.udp;

import java.net.InetSocketAddress;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// Clients that go away, come back, or do not read.
class ClientFaultTest {

    private static final int MANY = 2000;

    private static final String SERVER = """
            log_format end '$session_outcome';
            access_log ${dir}/access.log end;
            server { listen 127.0.0.1:0 udp; proxy_pass %s; }
            """;

    /// Nobody can tell it from the same client.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void whoeverHasTheAddressHasTheFlow(Transport transport) {
        int port = FreePorts.next();
        try (TestDatagramUpstream upstream = TestDatagramUpstream.tellingPort();
                RunningProxy proxy = RunningProxy.start(transport, SERVER.formatted(upstream.address()))) {
            String flow;
            try (UdpClient client = UdpClient.from("127.0.0.7", port, proxy.address())) {
                flow = client.exchange("x");
            }
            try (UdpClient next = UdpClient.from("127.0.0.7", port, proxy.address());
                    UdpClient neighbour = UdpClient.from("127.0.0.8", port, proxy.address())) {
                assertThat(next.exchange("x")).isEqualTo(flow);
                assertThat(neighbour.exchange("x")).isNotEqualTo(flow);
            }
            assertThat(proxy.server().status().sessions()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAddressThatIsUsedAgainAfterTheFlowsEndHasANewOne(Transport transport) {
        int port = FreePorts.next();
        try (TestDatagramUpstream upstream = TestDatagramUpstream.tellingPort();
                RunningProxy proxy = RunningProxy.start(
                        transport, "proxy_timeout 200ms;" + SERVER.formatted(upstream.address()))) {
            for (int i = 1; i <= 3; i++) {
                try (UdpClient client = UdpClient.from("127.0.0.7", port, proxy.address())) {
                    client.exchange("x");
                }
                assertThat(proxy.awaitLines("access.log", i)).containsOnly("idle_timeout");
            }
            assertThat(upstream.senders()).hasSize(3);
        }
    }

    /// The answer's port is unreachable, which the kernel tells the listener: nobody else's matter.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aClientThatIsGone(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, SERVER.formatted(upstream.address()));
                UdpClient other = UdpClient.to(proxy.address())) {
            UdpClient gone = UdpClient.to(proxy.address());
            gone.exchange("x");
            InetSocketAddress flow = upstream.senders().getFirst();
            gone.close();
            for (int i = 0; i < 200; i++) {
                upstream.send(flow, "to nobody");
                assertThat(other.exchange("x")).isEqualTo("x");
            }
            assertThat(proxy.server().status().sessions()).isEqualTo(2);
        }
    }

    /// Its socket's buffer is full: what does not fit is lost, and nobody waits for it.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aClientThatDoesNotRead(Transport transport) {
        byte[] large = new byte[9000];
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, SERVER.formatted(upstream.address()));
                UdpClient deaf = UdpClient.to(proxy.address());
                UdpClient other = UdpClient.to(proxy.address())) {
            for (int i = 0; i < MANY; i++) {
                deaf.send(large);
                if (i % 20 == 0) {
                    assertThat(other.exchange("x")).isEqualTo("x");
                }
            }
            assertThat(other.exchange("x")).isEqualTo("x");
            assertThat(deaf.receive().bytes()).hasSameSizeAs(large);
        }
    }
}
