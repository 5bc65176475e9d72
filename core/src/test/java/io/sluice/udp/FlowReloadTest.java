package io.sluice.udp;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.Concurrently;
import io.sluice.testing.DatagramClient;
import io.sluice.testing.DatagramEcho;
import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// Flows survive reloads: with other numbers of workers, with their address removed and back again, under load.
class FlowReloadTest {

    private static final int CLIENTS = 60;

    private static final int RELOADS = 12;

    private static String stream(DatagramEcho echo) {
        return "server { listen 127.0.0.1:0 udp; proxy_pass " + echo.address() + "; }";
    }

    private static void exchangeAll(List<DatagramClient> clients, String text) {
        clients.forEach(client -> client.send(text));
        clients.forEach(client -> assertThat(client.receive()).asString().isEqualTo(text));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void withMoreAndFewerWorkers(Transport transport) {
        List<DatagramClient> clients = new ArrayList<>();
        try (DatagramEcho echo = DatagramEcho.start();
                RunningProxy proxy = RunningProxy.start(transport, "worker_processes 2;", stream(echo))) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(DatagramClient.to(proxy.address()));
            }
            exchangeAll(clients, "a");
            for (int workers : new int[] {1, 3, 1, 2, 2}) {
                assertThat(proxy.reload("worker_processes " + workers + ";", stream(echo)).succeeded()).isTrue();
                exchangeAll(clients, "with " + workers);
            }
            assertThat(echo.senders()).hasSize(6 * CLIENTS);
            assertThat(echo.senders().stream().distinct()).as("flows").hasSize(CLIENTS);
            assertThat(proxy.server().status().sessions()).isEqualTo(CLIENTS);
            proxy.awaitErrorLog("(udp) keeps its 2 sockets");
        } finally {
            clients.forEach(DatagramClient::close);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void underLoad(Transport transport) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (DatagramEcho echo = DatagramEcho.start();
                RunningProxy proxy = RunningProxy.start(transport, "worker_processes 2;", stream(echo))) {
            Concurrently.run(
                    () -> {
                        for (int i = 0; i < RELOADS; i++) {
                            int workers = 1 + i % 3;
                            assertThat(proxy.reload("worker_processes " + workers + ";", stream(echo)).succeeded())
                                    .isTrue();
                        }
                        over.set(true);
                    },
                    () -> exchangeUntil(over, proxy),
                    () -> exchangeUntil(over, proxy));
            assertThat(echo.senders().stream().distinct()).hasSize(2 * CLIENTS / 2);
        }
    }

    /// A datagram that is lost fails the exchange.
    private static void exchangeUntil(AtomicBoolean over, RunningProxy proxy) {
        List<DatagramClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS / 2; i++) {
                clients.add(DatagramClient.to(proxy.address()));
            }
            do {
                exchangeAll(clients, "x");
            } while (!over.get());
        } finally {
            clients.forEach(DatagramClient::close);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAddressThatIsRemovedServesItsFlowsUntilTheyEnd(Transport transport) {
        try (DatagramEcho echo = DatagramEcho.start();
                RunningProxy proxy = RunningProxy.start(transport, "worker_processes 2;", stream(echo));
                DatagramClient client = DatagramClient.to(proxy.address());
                DatagramClient late = DatagramClient.to(proxy.address())) {
            assertThat(client.exchange("a")).isEqualTo("a");
            assertThat(proxy.reload("worker_processes 2;", "").succeeded()).isTrue();
            assertThat(client.exchange("b")).isEqualTo("b");
            late.send("nobody");
            assertThat(client.exchange("c")).isEqualTo("c");
            assertThat(proxy.reload("worker_processes 1;", stream(echo)).succeeded()).isTrue();
            assertThat(client.exchange("d")).isEqualTo("d");
            assertThat(late.exchange("e")).isEqualTo("e");
            assertThat(echo.texts()).containsExactly("a", "b", "c", "d", "e");
            assertThat(echo.senders().stream().distinct()).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aReloadThatFailsTakesNothing(Transport transport) {
        try (DatagramEcho echo = DatagramEcho.start();
                DatagramEcho taken = DatagramEcho.start();
                RunningProxy proxy = RunningProxy.start(transport, "worker_processes 1;", stream(echo));
                DatagramClient client = DatagramClient.to(proxy.address())) {
            assertThat(client.exchange("a")).isEqualTo("a");
            String both = stream(echo) + " server { listen " + taken.address() + " udp; return x; }";
            assertThat(proxy.reload("worker_processes 1;", both).succeeded()).isFalse();
            proxy.awaitErrorLog("bind() to " + taken.address() + " (udp) failed (98");
            assertThat(client.exchange("b")).isEqualTo("b");
            assertThat(echo.senders().stream().distinct()).hasSize(1);
        }
    }
}
