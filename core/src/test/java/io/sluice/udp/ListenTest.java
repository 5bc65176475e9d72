package io.sluice.udp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.server.StartException;
import io.sluice.testing.FreePorts;
import io.sluice.testing.ProcessSockets;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static io.sluice.transport.linux.LinuxConstants.SOL_SOCKET;
import static io.sluice.transport.linux.LinuxConstants.SO_RCVBUF;
import static io.sluice.transport.linux.LinuxConstants.SO_SNDBUF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// `listen ... udp` and its parameters.
class ListenTest {

    private static final Path RECEIVE_BUFFER_LIMIT = Path.of("/proc/sys/net/core/rmem_max");

    private static final int CLIENTS = 30;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aWildcardAnswersFromTheAddressThatTheClientUsed(Transport transport) {
        int port = FreePorts.next();
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy _ = RunningProxy.start(transport, """
                        server { listen %d udp; proxy_pass %s; }
                        """.formatted(port, upstream.address()))) {
            for (String host : List.of("127.0.0.1", "127.0.0.2", "127.9.8.7")) {
                exchange(host, port);
            }
        }
    }

    /// Each local address has a flow of its own with the same client.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void oneClientMayUseSeveralAddressesOfAWildcard(Transport transport) {
        int port = FreePorts.next();
        try (TestDatagramUpstream upstream = TestDatagramUpstream.tellingPort();
                RunningProxy _ = RunningProxy.start(transport, """
                        server { listen %d udp; proxy_pass %s; }
                        """.formatted(port, upstream.address()));
                UdpClient one = UdpClient.from("127.0.0.1", at("127.0.0.1", port));
                UdpClient two = one.towards(at("127.0.0.2", port))) {
            String flowOfOne = one.exchange("x");
            String flowOfTwo = two.exchange("x");
            assertThat(flowOfTwo).isNotEqualTo(flowOfOne);
            assertThat(one.exchange("x")).isEqualTo(flowOfOne);
            assertThat(two.exchange("x")).isEqualTo(flowOfTwo);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void ofIpv6(Transport transport) {
        assumeTrue(hasIpv6(), "no IPv6 on this host");
        int only = FreePorts.next();
        int both = FreePorts.next();
        int exact = FreePorts.next();
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy _ = RunningProxy.start(transport, """
                        server { listen [::]:%1$d udp; proxy_pass %4$s; }
                        server { listen [::]:%2$d udp ipv6only=off; proxy_pass %4$s; }
                        server { listen [::1]:%3$d udp; proxy_pass %4$s; }
                        """.formatted(only, both, exact, upstream.address()))) {
            exchange("::1", only);
            exchange("::1", both);
            exchange("127.0.0.1", both);
            exchange("127.0.0.2", both);
            exchange("::1", exact);
            assertThat(UdpClient.isRefused(at("127.0.0.1", only))).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void fromIpv6ToIpv4AndBack(Transport transport) {
        assumeTrue(hasIpv6(), "no IPv6 on this host");
        try (TestDatagramUpstream six = TestDatagramUpstream.start(
                        at("::1", 0), (datagram, upstream) -> upstream.send(datagram.sender(), datagram.bytes()));
                RunningProxy proxy = RunningProxy.start(transport, """
                        server { listen 127.0.0.1:0 udp; proxy_pass %s; }
                        """.formatted(six.address().replace("0:0:0:0:0:0:0:1", "::1")));
                UdpClient client = UdpClient.to(proxy.address())) {
            assertThat(client.exchange("hello")).isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void ofAWildcardAndAnExactAddressTheExactOneAnswers(Transport transport) {
        int port = FreePorts.next();
        try (RunningProxy _ = RunningProxy.start(transport, """
                server { listen %1$d udp; return any; }
                server { listen 127.0.0.2:%1$d udp; return exact; }
                """.formatted(port))) {
            assertThat(ask("127.0.0.1", port)).isEqualTo("any");
            assertThat(ask("127.0.0.2", port)).isEqualTo("exact");
            assertThat(ask("127.0.0.3", port)).isEqualTo("any");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void everyPortOfARange(Transport transport) {
        int first = 32_000 + (int) (ProcessHandle.current().pid() % 500);
        try (RunningProxy proxy = RunningProxy.start(transport, """
                server { listen 127.0.0.1:%d-%d udp; return $server_port; }
                """.formatted(first, first + 3))) {
            for (int port = first; port <= first + 3; port++) {
                assertThat(ask("127.0.0.1", port)).isEqualTo(Integer.toString(port));
            }
            assertThat(proxy.server().status().listening()).hasSize(4);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theDefaultServerAnswersOrElseTheFirst(Transport transport) {
        int named = FreePorts.next();
        int unnamed = FreePorts.next();
        try (RunningProxy _ = RunningProxy.start(transport, """
                server { listen 127.0.0.1:%1$d udp; listen 127.0.0.1:%2$d udp; return first; }
                server { listen 127.0.0.1:%1$d udp default_server; listen 127.0.0.1:%2$d udp; return second; }
                """.formatted(named, unnamed))) {
            assertThat(ask("127.0.0.1", named)).isEqualTo("second");
            assertThat(ask("127.0.0.1", unnamed)).isEqualTo("first");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void buffers(Transport transport) throws IOException {
        // The kernel doubles what it is told, for its own records (socket(7)).
        assertThat(option(transport, "rcvbuf=32k", SO_RCVBUF)).isEqualTo(65_536);
        assertThat(option(transport, "sndbuf=48k", SO_SNDBUF)).isEqualTo(98_304);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void withoutRcvbufTheBufferHoldsBursts(Transport transport) throws IOException {
        int allowed = Integer.parseInt(Files.readString(RECEIVE_BUFFER_LIMIT).strip());
        assertThat(option(transport, "", SO_RCVBUF))
                .isGreaterThanOrEqualTo(2 * Math.min(allowed, io.sluice.transport.DatagramSocket.RECEIVE_BUFFER_BYTES));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void eachWorkerHasASocketOfItsOwn(Transport transport) throws IOException {
        try (RunningProxy proxy = RunningProxy.start(
                transport, "worker_processes 3;", "server { listen 127.0.0.1:0 udp; return x; }")) {
            int port = proxy.address().getPort();
            assertThat(ProcessSockets.ofDatagrams(port, SOL_SOCKET, SO_RCVBUF)).hasSize(3);
            for (int i = 0; i < CLIENTS; i++) {
                assertThat(ask("127.0.0.1", port)).isEqualTo("x");
            }
        }
    }

    /// Whichever worker a flow is with, all its datagrams go the same way.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aFlowStaysWithItsWorker(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.tellingPort();
                RunningProxy proxy = RunningProxy.start(transport, "worker_processes 3;", """
                        server { listen 127.0.0.1:0 udp; proxy_pass %s; }
                        """.formatted(upstream.address()))) {
            List<UdpClient> clients = new ArrayList<>();
            try {
                List<String> flows = new ArrayList<>();
                for (int i = 0; i < CLIENTS; i++) {
                    clients.add(UdpClient.to(proxy.address()));
                    flows.add(clients.get(i).exchange("x"));
                }
                for (int i = 0; i < CLIENTS; i++) {
                    assertThat(clients.get(i).exchange("x")).isEqualTo(flows.get(i));
                }
                assertThat(flows).doesNotHaveDuplicates();
            } finally {
                clients.forEach(UdpClient::close);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAddressInUsePreventsTheStart(Transport transport) {
        try (TestDatagramUpstream taken = TestDatagramUpstream.silent()) {
            assertThatThrownBy(() -> RunningProxy.tryStart(transport, "worker_processes 2;", """
                    server { listen %s udp; return x; }
                    """.formatted(taken.address())))
                    .isInstanceOfSatisfying(StartException.class, e -> assertThat(e.messages().toString())
                            .contains("bind() to " + taken.address(), "failed (98: Address already in use)"));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aSecondProxyDoesNotStart(Transport transport) {
        String server = "server { listen 127.0.0.1:%d udp; return x; }".formatted(FreePorts.next());
        try (RunningProxy _ = RunningProxy.start(transport, "worker_processes 2;", server)) {
            assertThatThrownBy(() -> RunningProxy.tryStart(transport, "worker_processes 2;", server))
                    .isInstanceOfSatisfying(StartException.class, e -> assertThat(e.messages().toString())
                            .contains("failed (98: Address already in use)"));
        }
    }

    private static int option(Transport transport, String parameter, int option) throws IOException {
        try (RunningProxy proxy = RunningProxy.start(transport, """
                server { listen 127.0.0.1:0 udp %s; return x; }
                """.formatted(parameter))) {
            List<Integer> values = ProcessSockets.ofDatagrams(proxy.address().getPort(), SOL_SOCKET, option);
            assertThat(values).hasSize(1);
            return values.getFirst();
        }
    }

    private static boolean hasIpv6() {
        return Files.exists(Path.of("/proc/net/if_inet6"));
    }

    private static void exchange(String host, int port) {
        try (UdpClient client = UdpClient.to(at(host, port))) {
            assertThat(client.exchange("hello " + host)).isEqualTo("hello " + host);
            assertThat(client.exchange("again")).isEqualTo("again");
        }
    }

    private static String ask(String host, int port) {
        try (UdpClient client = UdpClient.to(at(host, port))) {
            return client.exchange("?");
        }
    }

    private static InetSocketAddress at(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }
}
