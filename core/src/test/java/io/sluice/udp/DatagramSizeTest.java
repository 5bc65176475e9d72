package io.sluice.udp;

import java.util.Random;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.Datagram;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// Datagrams of all sizes, each relayed whole, the empty one included.
class DatagramSizeTest {

    private static final int[] SIZES = {
        1, 0, 2, Datagram.MAX_BYTES, 0, 1199, 1200, 1201, Datagram.MAX_BYTES, Datagram.MAX_BYTES - 1, 16_384, 16_385, 9000, 0
    };

    @ParameterizedTest
    @EnumSource(Transport.class)
    void oneByOne(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = start(transport, upstream, "");
                UdpClient client = UdpClient.to(proxy.address())) {
            exchangeAll(client);
            assertThat(upstream.senders()).hasSize(1);
        }
    }

    /// nginx cuts what follows the first datagram to this size.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void largerThanProxyBufferSize(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = start(transport, upstream, "proxy_buffer_size 512;");
                UdpClient client = UdpClient.to(proxy.address())) {
            exchangeAll(client);
        }
    }

    private static void exchangeAll(UdpClient client) {
        Random random = new Random(11);
        for (int size : SIZES) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            client.send(bytes);
            assertThat(client.receive().bytes()).isEqualTo(bytes);
        }
    }

    /// Sizes that differ and sizes that are equal, so that the kernel may put some together and must not others.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void inBursts(Transport transport) {
        int[] sizes = {100, 100, 100, 0, 100, 1, 1200, 1200, 1200, 500, 1200, 0, 0, 60_000, 100, 9000, 9000};
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = start(transport, upstream, "");
                UdpClient client = UdpClient.to(proxy.address())) {
            Random random = new Random(13);
            for (int round = 0; round < 20; round++) {
                byte[][] sent = new byte[sizes.length][];
                for (int i = 0; i < sizes.length; i++) {
                    sent[i] = new byte[sizes[i]];
                    random.nextBytes(sent[i]);
                    client.send(sent[i]);
                }
                for (byte[] expected : sent) {
                    assertThat(client.receive().bytes()).isEqualTo(expected);
                }
            }
        }
    }

    /// An empty datagram is a datagram: it opens a flow, is a request, and is an answer.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void emptyOnesCount(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, """
                        log_format end '$status $session_outcome $bytes_received $bytes_sent';
                        access_log ${dir}/access.log end;
                        server { listen 127.0.0.1:0 udp; proxy_pass %s; proxy_responses 1; }
                        """.formatted(upstream.address()));
                UdpClient client = UdpClient.to(proxy.address())) {
            assertThat(client.exchange("")).isEmpty();
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("200 answered 0 0");
            assertThat(client.exchange("")).isEmpty();
            assertThat(proxy.awaitLines("access.log", 2)).containsOnly("200 answered 0 0");
            assertThat(upstream.senders()).hasSize(2);
        }
    }

    private static RunningProxy start(Transport transport, TestDatagramUpstream upstream, String directives) {
        return RunningProxy.start(transport, """
                server { listen 127.0.0.1:0 udp; proxy_pass %s; %s }
                """.formatted(upstream.address(), directives));
    }
}
