package io.sluice.udp;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.server.ReloadResult;
import io.sluice.testing.BusyFlows;
import io.sluice.testing.Descriptors;
import io.sluice.testing.Eventually;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// Flows outlive reloads: the upstream sees the same source port before and after.
class ReloadTest {

    private static final int CLIENTS = 20;

    private static final int[] WORKERS = {2, 1, 3, 3, 1, 2};

    /// Clients with a flow each.
    private static final class Flows implements AutoCloseable {

        private final List<UdpClient> clients = new ArrayList<>();

        private final List<String> flows = new ArrayList<>();

        Flows(InetSocketAddress proxy) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(UdpClient.to(proxy));
                flows.add(clients.get(i).exchange("x"));
            }
        }

        void assertTheSame() {
            for (int i = 0; i < CLIENTS; i++) {
                assertThat(clients.get(i).exchange("x")).isEqualTo(flows.get(i));
            }
        }

        @Override
        public void close() {
            clients.forEach(UdpClient::close);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void flowsSurviveEveryNumberOfWorkers(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.tellingPort();
                RunningProxy proxy = RunningProxy.start(transport, main(2), server(upstream));
                Flows flows = new Flows(proxy.address())) {
            for (int workers : WORKERS) {
                reload(proxy, main(workers), server(upstream));
                flows.assertTheSame();
            }
            assertThat(upstream.senders()).hasSize(CLIENTS);
        }
    }

    /// The kernel picks the socket by the number of those that share the address: it must not change.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void socketsMoveBetweenWorkersInsteadOfBeingClosed(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.tellingPort();
                RunningProxy proxy = RunningProxy.start(transport, main(3), server(upstream))) {
            int port = proxy.address().getPort();
            Set<String> sockets = Descriptors.bound(port);
            assertThat(sockets).hasSize(3);
            for (int workers : WORKERS) {
                reload(proxy, main(workers), server(upstream));
                assertThat(Descriptors.bound(port)).isEqualTo(sockets);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void nothingIsLostUnderLoad(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.tellingPort();
                RunningProxy proxy = RunningProxy.start(transport, main(2), server(upstream))) {
            InetSocketAddress address = proxy.address();
            try (BusyFlows flows = new BusyFlows(() -> address, CLIENTS)) {
                for (int round = 0; round < 4; round++) {
                    for (int workers : WORKERS) {
                        reload(proxy, main(workers), server(upstream));
                        flows.awaitExchanges(200);
                        assertThat(flows.failures()).isEmpty();
                    }
                }
                flows.finish();
                assertThat(flows.failures()).isEmpty();
            }
            assertThat(upstream.senders()).hasSize(CLIENTS);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aRemovedAddressServesItsFlowsAndNoOthersUntilItIsBack(Transport transport) {
        String rest = "server { listen 127.0.0.1:0 udp; return rest; }";
        try (TestDatagramUpstream upstream = TestDatagramUpstream.tellingPort();
                RunningProxy proxy = RunningProxy.start(transport, main(1), rest + server(upstream))) {
            InetSocketAddress address = proxy.address(1);
            try (Flows flows = new Flows(address); UdpClient late = UdpClient.to(address)) {
                reload(proxy, main(1), rest);
                assertThat(proxy.server().status().listening()).hasSize(1);
                late.send("x");
                flows.assertTheSame();
                // One socket: what came before the flows' datagrams has been seen.
                assertThat(late.poll()).isNull();
                reload(proxy, main(1), rest + server(upstream));
                flows.assertTheSame();
                assertThat(late.exchange("x")).endsWith(" x");
            }
            assertThat(upstream.senders()).hasSize(CLIENTS + 1);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aRemovedAddressIsClosedWithItsLastFlow(Transport transport) {
        String rest = "server { listen 127.0.0.1:0 udp; return rest; }";
        try (TestDatagramUpstream upstream = TestDatagramUpstream.tellingPort();
                RunningProxy proxy = RunningProxy.start(
                        transport, main(2), rest + "proxy_timeout 700ms;" + server(upstream))) {
            InetSocketAddress address = proxy.address(1);
            try (UdpClient client = UdpClient.to(address)) {
                String flow = client.exchange("x");
                reload(proxy, main(2), rest);
                assertThat(client.exchange("x")).isEqualTo(flow);
                Eventually.await("the sockets are closed", () -> Descriptors.bound(address.getPort()).isEmpty());
                proxy.awaitNoSessions();
            }
            reload(proxy, main(2), rest + server(upstream));
            try (UdpClient client = UdpClient.to(address)) {
                assertThat(client.exchange("x")).endsWith(" x");
            }
        }
    }

    /// As sessions of TCP, a flow stays with the generation that it began with.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aFlowKeepsItsConfigurationAndNewOnesGetTheNew(Transport transport) {
        try (TestDatagramUpstream old = TestDatagramUpstream.named("old");
                TestDatagramUpstream young = TestDatagramUpstream.named("young");
                RunningProxy proxy = RunningProxy.start(transport, main(2), "proxy_timeout 700ms;" + server(old));
                UdpClient present = UdpClient.to(proxy.address())) {
            assertThat(present.exchange("?")).isEqualTo("old");
            reload(proxy, main(2), server(young));
            try (UdpClient later = UdpClient.to(proxy.address())) {
                assertThat(later.exchange("?")).isEqualTo("young");
                assertThat(present.exchange("?")).isEqualTo("old");
                proxy.awaitErrorLog("the last session of generation 1 has ended");
                assertThat(later.exchange("?")).isEqualTo("young");
            }
            assertThat(present.exchange("?")).isEqualTo("young");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void afterAFailedReloadEverythingGoesOn(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.tellingPort();
                RunningProxy proxy = RunningProxy.start(transport, main(2), server(upstream));
                Flows flows = new Flows(proxy.address())) {
            assertThat(proxy.reload(main(2), server(upstream) + "nonsense;").succeeded()).isFalse();
            assertThat(proxy.reload(main(2), server(upstream) + """
                    server { listen %s udp; return taken; }
                    """.formatted(upstream.address())).succeeded()).isFalse();
            flows.assertTheSame();
            try (UdpClient client = UdpClient.to(proxy.address())) {
                assertThat(client.exchange("x")).endsWith(" x");
            }
        }
    }

    private static void reload(RunningProxy proxy, String main, String stream) {
        ReloadResult result = proxy.reload(main, stream);
        assertThat(result.succeeded()).as("%s", result.messages()).isTrue();
    }

    private static String main(int workers) {
        return "worker_processes " + workers + ";";
    }

    private static String server(TestDatagramUpstream upstream) {
        return "server { listen 127.0.0.1:0 udp; proxy_pass " + upstream.address() + "; }";
    }
}
