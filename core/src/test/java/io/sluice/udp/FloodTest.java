package io.sluice.udp;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.testing.DescriptorCount;
import io.sluice.testing.Eventually;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// Datagrams from more source addresses than there may be flows, as forged ones would be.
class FloodTest {

    private static final int SOURCES = 20_000;

    private static final int HOSTS = 250;

    private static final int CONNECTIONS = 200;

    /// Of the test's own sockets.
    private static final int OTHER_SOCKETS = 16;

    private static final int BETWEEN_EXCHANGES = 100;

    @ParameterizedTest
    @CsvSource({"EPOLL, answered", "IO_URING, answered", "EPOLL, unanswered", "IO_URING, unanswered"})
    void leavesTheProcessServing(Transport transport, String flood) {
        boolean answers = flood.equals("answered");
        TestDatagramUpstream.silent().close(); // the JDK opens something of its own when it first closes a channel
        DescriptorCount before = DescriptorCount.now();
        try (TestDatagramUpstream upstream = TestDatagramUpstream.start((datagram, self) -> {
                    if (answers || !datagram.text().equals(flood)) {
                        self.send(datagram.sender(), datagram.port() + "");
                    }
                });
                RunningProxy proxy = RunningProxy.start(
                        transport, "events { worker_connections " + CONNECTIONS + "; }", """
                        server { listen 127.0.0.1:0 udp; error_log ${dir}/server.log error; proxy_pass %s; }
                        """.formatted(upstream.address()));
                UdpClient steady = UdpClient.to(proxy.address())) {
            String flow = steady.exchange("hello");
            for (int i = 0; i < SOURCES; i++) {
                try (UdpClient forged = UdpClient.from(address(i), proxy.address())) {
                    forged.send(flood);
                }
                if (i % BETWEEN_EXCHANGES == 0) {
                    assertThat(steady.exchange("still here")).isEqualTo(flow);
                }
            }
            assertThat(steady.exchange("still here")).isEqualTo(flow);
            assertThat(proxy.server().status().sessions()).isLessThanOrEqualTo(CONNECTIONS);
            assertThat(DescriptorCount.now().sockets() - before.sockets()).isLessThan(CONNECTIONS + OTHER_SOCKETS);
            try (UdpClient late = UdpClient.to(proxy.address())) {
                Eventually.await("a new client is served", () -> {
                    late.send("new here");
                    return late.poll() != null;
                });
            }
            assertThat(proxy.errorLog().length() + proxy.file("server.log").length())
                    .as("bytes of logs")
                    .isLessThan(SOURCES);
        }
        before.awaitNoMoreSockets();
    }

    /// Without those that end in 255, which the JDK does not bind to.
    private static String address(int i) {
        return "127.1." + i / HOSTS + "." + i % HOSTS;
    }
}
