package io.sluice.udp;

import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.metrics.Metric;
import io.sluice.testing.DatagramClient;
import io.sluice.testing.DatagramEcho;
import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `worker_connections` with flows, which count two each as in nginx: who has to go when there are too many.
class FlowLimitTest {

    /// The listener is one.
    private static RunningProxy start(Transport transport, int flows, DatagramEcho echo) {
        return RunningProxy.start(
                transport,
                "worker_processes 1; events { worker_connections " + (1 + 2 * flows) + "; }",
                """
                log_format end '$session_outcome';
                access_log ${dir}/access.log end;
                server { listen 127.0.0.1:0 udp; proxy_pass %s; }
                """.formatted(echo.address()));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theOldestFlowWithoutAProofGoes(Transport transport) {
        try (DatagramEcho echo = DatagramEcho.start();
                RunningProxy proxy = start(transport, 2, echo);
                DatagramClient proven = DatagramClient.to(proxy.address());
                DatagramClient second = DatagramClient.to(proxy.address());
                DatagramClient third = DatagramClient.to(proxy.address())) {
            proven.exchange("a");
            proven.exchange("b");
            second.exchange("c");
            third.exchange("d");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("evicted");
            proven.exchange("e");
            List<?> senders = echo.senders();
            assertThat(senders.get(4)).as("the flow that has shown that it gets answers").isEqualTo(senders.get(0));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void withoutOneToGiveUpTheNewOneIsDropped(Transport transport) {
        try (DatagramEcho echo = DatagramEcho.start();
                RunningProxy proxy = start(transport, 2, echo);
                DatagramClient first = DatagramClient.to(proxy.address());
                DatagramClient second = DatagramClient.to(proxy.address());
                DatagramClient third = DatagramClient.to(proxy.address())) {
            for (DatagramClient client : List.of(first, first, second, second)) {
                client.exchange("x");
            }
            third.send("y");
            proxy.awaitErrorLog("5 worker_connections are not enough: 1 datagrams of new clients dropped");
            assertThat(first.exchange("z")).isEqualTo("z");
            assertThat(echo.texts()).doesNotContain("y");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aFloodOfNewAddressesUsesUpNothing(Transport transport) {
        int flows = 50;
        int addresses = 3_000;
        try (DatagramEcho echo = DatagramEcho.start();
                RunningProxy proxy = start(transport, flows, echo);
                DatagramClient regular = DatagramClient.to(proxy.address())) {
            regular.exchange("a");
            regular.exchange("b");
            for (int i = 0; i < addresses; i++) {
                try (DatagramClient client =
                        DatagramClient.from("127.1." + i / 250 + "." + (1 + i % 250), proxy.address())) {
                    client.send("x");
                }
                if (i % 100 == 0) {
                    assertThat(regular.exchange("c")).isEqualTo("c");
                }
            }
            assertThat(proxy.server().status().sessions()).isLessThanOrEqualTo(flows);
            assertThat(proxy.server().status().metrics().value(Metric.ENDED_EVICTED)).isGreaterThan(addresses / 2);
            assertThat(regular.exchange("d")).isEqualTo("d");
            assertThat(echo.senders().getLast()).isEqualTo(echo.senders().getFirst());
        }
    }
}
