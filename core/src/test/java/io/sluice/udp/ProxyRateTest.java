package io.sluice.udp;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.Eventually;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `proxy_upload_rate` drops what is too much, `proxy_download_rate` lets it wait.
class ProxyRateTest {

    private static final int DATAGRAM_BYTES = 500;

    private static final int DATAGRAMS = 40;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void uploadsOverTheRateAreDropped(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.silent();
                RunningProxy proxy = start(transport, upstream, "proxy_upload_rate 1000;");
                UdpClient client = UdpClient.to(proxy.address())) {
            for (int i = 0; i < DATAGRAMS; i++) {
                client.send(new byte[DATAGRAM_BYTES]);
            }
            // Allowed are 1000 bytes for each second begun: the burst is over before many have.
            assertThat(upstream.next().bytes()).hasSize(DATAGRAM_BYTES);
            Eventually.await("the flow goes on when its time has come", () -> {
                client.send("z");
                return upstream.senders().size() == 1 && arrived(upstream, "z");
            });
            assertThat(upstream.received()).isLessThan(DATAGRAMS / 2);
        }
    }

    private static boolean arrived(TestDatagramUpstream upstream, String text) {
        for (var next = upstream.poll(); next != null; next = upstream.poll()) {
            if (next.text().equals(text)) {
                return true;
            }
        }
        return false;
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void downloadsOverTheRateWait(Transport transport) {
        int rate = 5000;
        try (TestDatagramUpstream upstream = TestDatagramUpstream.start((datagram, self) -> {
                    for (int i = 0; i < DATAGRAMS; i++) {
                        self.send(datagram.sender(), Integer.toString(i) + " ".repeat(DATAGRAM_BYTES - 2));
                    }
                });
                RunningProxy proxy = start(transport, upstream, "proxy_download_rate " + rate + ";");
                UdpClient client = UdpClient.to(proxy.address())) {
            long start = System.nanoTime();
            client.send("all");
            for (int i = 0; i < DATAGRAMS; i++) {
                assertThat(client.receive().text()).startsWith(i + " ");
            }
            // 20,000 bytes, 5,000 for each second begun: the last in the fourth of them at the earliest.
            assertThat((System.nanoTime() - start) / 1e9).isGreaterThan(2.0);
        }
    }

    /// A limit is each flow's own.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aSlowFlowDoesNotDelayOthers(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.answering(DATAGRAMS);
                RunningProxy proxy = start(transport, upstream, "proxy_download_rate 100;");
                UdpClient slow = UdpClient.to(proxy.address())) {
            slow.send(new byte[DATAGRAM_BYTES]);
            assertThat(slow.receive().bytes()).hasSize(DATAGRAM_BYTES);
            for (int i = 0; i < DATAGRAMS; i++) {
                try (UdpClient other = UdpClient.to(proxy.address())) {
                    assertThat(other.exchange("x")).isEqualTo("x");
                }
            }
            assertThat(slow.poll()).as("500 bytes are five seconds' worth").isNull();
        }
    }

    private static RunningProxy start(Transport transport, TestDatagramUpstream upstream, String directives) {
        return RunningProxy.start(transport, """
                server { listen 127.0.0.1:0 udp; proxy_pass %s; %s }
                """.formatted(upstream.address(), directives));
    }
}
