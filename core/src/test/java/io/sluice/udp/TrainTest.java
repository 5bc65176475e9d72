package io.sluice.udp;

import java.nio.ByteBuffer;
import java.util.Arrays;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// Datagrams that the kernel passes on in one piece (UDP_SEGMENT, UDP_GRO): nobody sees it at the other end.
class TrainTest {

    @ParameterizedTest
    @CsvSource({
        "EPOLL, 1200, 38400", "IO_URING, 1200, 38400",
        "EPOLL, 1200, 36001", "IO_URING, 1200, 36001",
        "EPOLL, 100, 6400", "IO_URING, 100, 6399",
        "EPOLL, 1, 60", "IO_URING, 1, 60",
        "EPOLL, 9000, 54000", "IO_URING, 20000, 60001",
    })
    void arrivesAsItsDatagrams(Transport transport, int segmentBytes, int bytes) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, """
                        server { listen 127.0.0.1:0 udp; proxy_pass %s; }
                        """.formatted(upstream.address()));
                UdpClient client = UdpClient.to(proxy.address())) {
            byte[] train = new byte[bytes];
            for (int i = 0; i < bytes; i++) {
                train[i] = (byte) (i / segmentBytes + i);
            }
            for (int round = 0; round < 20; round++) {
                client.sendTrain(train, segmentBytes);
                for (int at = 0; at < bytes; at += segmentBytes) {
                    byte[] expected = Arrays.copyOfRange(train, at, Math.min(bytes, at + segmentBytes));
                    assertThat(client.receive().bytes()).isEqualTo(expected);
                }
            }
            assertThat(upstream.received()).isEqualTo(20 * ((bytes + segmentBytes - 1) / segmentBytes));
            assertThat(upstream.senders()).hasSize(1);
        }
    }

    /// Requests are counted by datagrams: a train may be several flows'.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void isDividedByProxyRequests(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.start((datagram, self) ->
                        self.send(datagram.sender(), datagram.port() + " " + ByteBuffer.wrap(datagram.bytes()).getInt()));
                RunningProxy proxy = RunningProxy.start(transport, """
                        log_format end '$status $session_outcome $bytes_received';
                        access_log ${dir}/access.log end;
                        server { listen 127.0.0.1:0 udp; proxy_pass %s; proxy_requests 3; proxy_responses 1; }
                        """.formatted(upstream.address()));
                UdpClient client = UdpClient.to(proxy.address())) {
            ByteBuffer train = ByteBuffer.allocate(9 * Integer.BYTES);
            for (int i = 0; i < 9; i++) {
                train.putInt(i);
            }
            client.sendTrain(train.array(), Integer.BYTES);
            for (int i = 0; i < 9; i++) {
                client.receive();
            }
            assertThat(proxy.awaitLines("access.log", 3)).containsOnly("200 answered 12");
            assertThat(upstream.senders()).hasSize(3);
        }
    }
}
