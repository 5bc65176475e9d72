package io.sluice.udp;

import java.util.Arrays;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.sluice.metrics.Metric;
import io.sluice.testing.Datagram;
import io.sluice.testing.FailingCalls;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// A kernel that has no memory left, a packet filter that forbids: every second call fails.
class KernelFaultTest {

    private static final String SENDS = "sendto,sendmsg,sendmmsg";

    private static final String RECEIVES = "recvfrom,recvmsg,recvmmsg";

    private static final int EXCHANGES = 10;

    private static final int RETRY_MILLIS = 50;

    private static final int MOST_TRIES = 40;

    static Stream<Arguments> sendFaults() {
        return Arrays.stream(Transport.values()).flatMap(transport -> Stream.of("ENOBUFS", "ENOMEM", "EPERM", "EAGAIN")
                .map(error -> Arguments.of(transport, error)));
    }

    /// What is not sent is lost, as on any network, and counted; neither the flow nor the peer has to suffer.
    @ParameterizedTest
    @MethodSource("sendFaults")
    void aSendThatFailsCostsItsDatagramAlone(Transport transport, String error) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, server(upstream));
                UdpClient client = UdpClient.to(proxy.address())) {
            client.exchange("before");
            try (FailingCalls _ = FailingCalls.ofWorker(SENDS, error, "2+2")) {
                exchangeInsistently(client);
            }
            assertThat(client.exchange("after")).isEqualTo("after");
            assertThat(upstream.senders()).hasSize(1);
            assertThat(proxy.server().status().metrics().value(Metric.DATAGRAMS_UNSENT)).isPositive();
            assertThat(proxy.server().status().metrics().value(Metric.DATAGRAMS_REFUSED)).isZero();
        }
    }

    static Stream<Arguments> receiveFaults() {
        return Arrays.stream(Transport.values()).flatMap(transport -> Stream.of("ENOMEM", "ENOBUFS", "EINTR")
                .map(error -> Arguments.of(transport, error)));
    }

    /// The datagram is still in the socket's buffer, and whoever has it is told again.
    @ParameterizedTest
    @MethodSource("receiveFaults")
    void aReceiveThatFailsLosesNothingForGood(Transport transport, String error) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, server(upstream));
                UdpClient client = UdpClient.to(proxy.address())) {
            client.exchange("before");
            try (FailingCalls _ = FailingCalls.ofWorker(RECEIVES, error, "2+2")) {
                exchangeInsistently(client);
            }
            assertThat(client.exchange("after")).isEqualTo("after");
        }
    }

    private static String server(TestDatagramUpstream upstream) {
        return "server { listen 127.0.0.1:0 udp; proxy_pass %s; }".formatted(upstream.address());
    }

    private static void exchangeInsistently(UdpClient client) {
        for (int i = 0; i < EXCHANGES; i++) {
            String text = "number " + i;
            int tries = 0;
            String answer = null;
            while (!text.equals(answer)) {
                assertThat(tries++).as("tries of %s", text).isLessThan(MOST_TRIES);
                client.send(text);
                Datagram received = client.receiveWithin(RETRY_MILLIS);
                // An answer to an earlier try may be left.
                answer = received == null ? null : received.text();
            }
        }
        for (Datagram left = client.receiveWithin(RETRY_MILLIS); left != null; left = client.receiveWithin(RETRY_MILLIS)) {
            assertThat(left.text()).startsWith("number");
        }
    }
}
