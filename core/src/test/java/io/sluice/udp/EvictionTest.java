package io.sluice.udp;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.Eventually;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `worker_connections` are used up by flows: a new one takes the place of the oldest whose client has not shown, by sending
/// again after an answer, that it is where its datagrams say.
class EvictionTest {

    private static final String MAIN = "events { worker_connections 8; }";

    private static final int MORE_THAN_FIT = 12;

    private static final String NOT_ENOUGH = "8 worker_connections are not enough";

    private static final String SILENT = "silent";

    private static final String SERVER = """
            log_format end '$remote_port $session_outcome';
            access_log ${dir}/access.log end;
            server { listen 127.0.0.1:0 udp; proxy_pass %s; }
            """;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theOldestUnprovenFlowMakesRoom(Transport transport) {
        List<UdpClient> clients = new ArrayList<>();
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, MAIN, SERVER.formatted(upstream.address()))) {
            List<String> ports = new ArrayList<>();
            for (int i = 0; i < MORE_THAN_FIT; i++) {
                UdpClient client = UdpClient.to(proxy.address());
                clients.add(client);
                ports.add(client.port() + " evicted");
                assertThat(client.exchange("x")).isEqualTo("x");
            }
            int live = proxy.server().status().sessions();
            assertThat(live).isBetween(1, 7);
            assertThat(proxy.awaitLines("access.log", MORE_THAN_FIT - live))
                    .isEqualTo(ports.subList(0, MORE_THAN_FIT - live));
            assertThat(proxy.errorLog()).doesNotContain(NOT_ENOUGH);
            assertThat(clients.getFirst().exchange("again")).as("an evicted client begins anew").isEqualTo("again");
        } finally {
            clients.forEach(UdpClient::close);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aProvenFlowStays(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.tellingPort();
                RunningProxy proxy = RunningProxy.start(transport, MAIN, SERVER.formatted(upstream.address()));
                UdpClient proven = UdpClient.to(proxy.address())) {
            String flow = proven.exchange("x");
            assertThat(proven.exchange("x")).isEqualTo(flow);
            for (int i = 0; i < MORE_THAN_FIT; i++) {
                try (UdpClient other = UdpClient.to(proxy.address())) {
                    assertThat(other.exchange("x")).endsWith(" x");
                }
            }
            assertThat(proven.exchange("x")).isEqualTo(flow);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void withProvenFlowsOnlyTheNewDatagramIsDropped(Transport transport) {
        List<UdpClient> clients = new ArrayList<>();
        try (TestDatagramUpstream upstream = TestDatagramUpstream.start((datagram, self) -> {
                    if (!datagram.text().equals(SILENT)) {
                        self.send(datagram.sender(), datagram.port() + "");
                    }
                });
                RunningProxy proxy = RunningProxy.start(transport, MAIN, SERVER.formatted(upstream.address()))) {
            List<String> flows = fillWithProvenFlows(proxy, clients);
            UdpClient dropped = clients.removeLast();
            for (int i = 0; i < 100; i++) {
                dropped.send("x");
            }
            for (int i = 0; i < clients.size(); i++) {
                assertThat(clients.get(i).exchange("x")).isEqualTo(flows.get(i));
            }
            // All of them share the socket: the dropped ones came before.
            assertThat(dropped.poll()).isNull();
            assertThat(proxy.file("access.log")).isEmpty();
            assertThat(proxy.errorLog().lines().filter(line -> line.contains(NOT_ENOUGH)).count())
                    .as("lines about it, one a second at most")
                    .isBetween(1L, 3L);
            dropped.close();
        } finally {
            clients.forEach(UdpClient::close);
        }
    }

    /// Adds clients until one is not answered, which is the last.
    private static List<String> fillWithProvenFlows(RunningProxy proxy, List<UdpClient> clients) {
        List<String> flows = new ArrayList<>();
        while (clients.size() < MORE_THAN_FIT) {
            UdpClient client = UdpClient.to(proxy.address());
            clients.add(client);
            client.send("x");
            Eventually.await("an answer or a complaint", () -> {
                var answer = client.poll();
                if (answer != null) {
                    flows.add(answer.text());
                }
                return answer != null || proxy.errorLog().contains(NOT_ENOUGH);
            });
            if (flows.size() < clients.size()) {
                assertThat(flows).isNotEmpty();
                return flows;
            }
            client.send(SILENT);
        }
        throw new AssertionError(clients.size() + " flows fit into " + MAIN);
    }

    /// The places of flows that have ended are free again.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void endedFlowsLeaveTheirPlaces(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, MAIN, """
                        log_format end '$session_outcome';
                        access_log ${dir}/access.log end;
                        server { listen 127.0.0.1:0 udp; proxy_pass %s; proxy_responses 1; }
                        server { listen 127.0.0.1:0 udp; return x; }
                        server { listen 127.0.0.1:0 udp; deny all; return x; }
                        """.formatted(upstream.address()))) {
            for (int i = 0; i < 10 * MORE_THAN_FIT; i++) {
                try (UdpClient client = UdpClient.to(proxy.address(i % 2));
                        UdpClient denied = UdpClient.to(proxy.address(2))) {
                    denied.send("x");
                    assertThat(client.exchange("x")).isEqualTo("x");
                }
            }
            assertThat(proxy.awaitLines("access.log", 20 * MORE_THAN_FIT)).doesNotContain("evicted");
            assertThat(proxy.errorLog()).doesNotContain(NOT_ENOUGH);
        }
    }
}
