package io.sluice.udp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.Datagram;
import io.sluice.testing.Eventually;
import io.sluice.testing.NetworkNamespace;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// A proxy between networks: links that lose, delay and reorder, that go down, that have small frames; addresses that mean
/// something on one link only.
///
///     client 10.77.1.2 --- 10.77.1.1 proxy 10.77.2.1 --- 10.77.2.2 one
///                                          10.77.3.1 --- 10.77.3.2 other
class NetworkTest {

    private static final String CLIENT = "10.77.1.2";

    private static final String PROXY = "10.77.1.1";

    private static final String TO_CLIENT = "client0";

    private static final String TO_ONE = "one0";

    /// The other end of each link.
    private static final String ETH = "eth0";

    private static final int PORT = 5300;

    private static final int RETRY_MILLIS = 300;

    private static final int MOST_TRIES = 50;

    private final List<NetworkNamespace> namespaces = new ArrayList<>();

    private final AtomicInteger resent = new AtomicInteger();

    @BeforeEach
    void mayMakeNamespaces() {
        assumeTrue(NetworkNamespace.arePossible(), "network namespaces need root and ip(8)");
    }

    @AfterEach
    void removeNamespaces() {
        namespaces.forEach(NetworkNamespace::close);
    }

    private NetworkNamespace namespace(String name) {
        NetworkNamespace namespace = NetworkNamespace.create(name);
        namespaces.add(namespace);
        return namespace;
    }

    /// The first three networks of the picture.
    private final class Networks {

        final NetworkNamespace client = namespace("client");

        final NetworkNamespace proxy = namespace("proxy");

        final NetworkNamespace one = namespace("one");

        Networks() {
            proxy.connect(TO_CLIENT, PROXY + "/24", client, ETH, CLIENT + "/24");
            proxy.connect(TO_ONE, "10.77.2.1/24", one, ETH, "10.77.2.2/24");
        }

        RunningProxy start(Transport transport, String stream) {
            return proxy.call(() -> RunningProxy.start(transport, stream));
        }

        UdpClient client() {
            return client.call(() -> UdpClient.from(CLIENT, at(PROXY)));
        }
    }

    private static InetSocketAddress at(String host) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), PORT);
    }

    private static TestDatagramUpstream upstream(
            NetworkNamespace where, String address, TestDatagramUpstream.Behaviour behaviour) {
        return where.call(() -> TestDatagramUpstream.start(at(address), behaviour));
    }

    private static void echo(Datagram datagram, TestDatagramUpstream upstream) {
        upstream.send(datagram.sender(), datagram.bytes());
    }

    private static void tellPort(Datagram datagram, TestDatagramUpstream upstream) {
        upstream.send(datagram.sender(), datagram.port() + " " + datagram.text());
    }

    /// Clients send again what is not answered; in the end each of them has all answers, by one flow.
    @ParameterizedTest
    @CsvSource({
        "EPOLL, netem delay 5ms 2ms loss 5% reorder 25% 50% duplicate 2%",
        "IO_URING, netem delay 5ms 2ms loss 5% reorder 25% 50% duplicate 2%",
        "EPOLL, tbf rate 8mbit burst 1600 limit 2000",
        "IO_URING, tbf rate 8mbit burst 1600 limit 2000",
    })
    void linksThatLoseDelayAndReorder(Transport transport, String discipline) {
        Networks networks = new Networks();
        assumeTrue(impair(networks.proxy, TO_ONE, discipline), "the kernel has no " + discipline);
        assumeTrue(impair(networks.proxy, TO_CLIENT, discipline), "the kernel has no " + discipline);
        assumeTrue(impair(networks.client, ETH, discipline), "the kernel has no " + discipline);
        int clients = 8;
        try (TestDatagramUpstream _ = upstream(networks.one, "10.77.2.2", NetworkTest::tellPort);
                RunningProxy _ = networks.start(transport, """
                        server { listen 10.77.1.1:5300 udp; proxy_pass 10.77.2.2:5300; }
                        """)) {
            List<Thread> threads = new ArrayList<>();
            List<Throwable> failures = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                UdpClient client = networks.client();
                threads.add(Thread.ofPlatform().start(() -> {
                    try (client) {
                        exchangeInsistently(client);
                    } catch (AssertionError | RuntimeException e) {
                        synchronized (failures) {
                            failures.add(e);
                        }
                    }
                }));
            }
            for (Thread thread : threads) {
                Eventually.await("the clients have everything", () -> !thread.isAlive());
            }
            assertThat(failures).isEmpty();
            assertThat(resent).as("datagrams that were lost or late").hasPositiveValue();
        }
    }

    private static boolean impair(NetworkNamespace namespace, String device, String discipline) {
        String command = "tc qdisc add dev " + device + " root " + discipline;
        return namespace.runs(command.split(" "));
    }

    private void exchangeInsistently(UdpClient client) {
        String flow = "";
        for (int number = 0; number < 40; number++) {
            String text = number + " " + "x".repeat(700);
            String answer = insist(client, text);
            String its = answer.substring(0, answer.indexOf(' '));
            assertThat(flow.isEmpty() ? its : flow).isEqualTo(its);
            flow = its;
        }
    }

    /// Sends until the answer is there; what answers an earlier one is ignored.
    private String insist(UdpClient client, String text) {
        for (int i = 0; i < MOST_TRIES; i++) {
            client.send(text);
            Datagram answer = client.receiveWithin(RETRY_MILLIS);
            while (answer != null && !answer.text().endsWith(" " + text)) {
                answer = client.receiveWithin(RETRY_MILLIS);
            }
            if (answer != null) {
                return answer.text();
            }
            resent.incrementAndGet();
        }
        throw new AssertionError("no answer to " + text.length() + " bytes in " + MOST_TRIES + " attempts");
    }

    /// The link to a peer goes down: no ICMP, no answers. Its flows fail, the other peer has the next ones, and it is
    /// tried again after `fail_timeout`.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void anUpstreamThatDies(Transport transport) {
        Networks networks = new Networks();
        NetworkNamespace other = namespace("other");
        networks.proxy.connect("other0", "10.77.3.1/24", other, ETH, "10.77.3.2/24");
        try (TestDatagramUpstream _ = upstream(networks.one, "10.77.2.2", (d, self) -> self.send(d.sender(), "one"));
                TestDatagramUpstream _ = upstream(other, "10.77.3.2", (d, self) -> self.send(d.sender(), "other"));
                RunningProxy proxy = networks.start(transport, """
                        log_format end '$status $session_outcome $upstream_addr';
                        access_log ${dir}/access.log end;
                        upstream backend { server 10.77.2.2:5300 fail_timeout=2s; server 10.77.3.2:5300; }
                        server { listen 10.77.1.1:5300 udp; proxy_pass backend; proxy_responses 1; proxy_timeout 300ms; }
                        """);
                UdpClient client = networks.client()) {
            assertThat(client.exchange("?") + " " + client.exchange("?")).isEqualTo("one other");
            proxy.awaitLines("access.log", 2);
            networks.one.ip("link", "set", "dev", ETH, "down");
            client.send("?");
            assertThat(proxy.awaitLines("access.log", 3).getLast()).matches("502 upstream_\\w+ 10.77.2.2:5300");
            for (int i = 0; i < 4; i++) {
                assertThat(client.exchange("?")).isEqualTo("other");
            }
            networks.one.ip("link", "set", "dev", ETH, "up");
            Eventually.await("the peer is tried again", () -> {
                client.send("?");
                Datagram answer = client.receiveWithin(RETRY_MILLIS);
                return answer != null && answer.text().equals("one");
            });
        }
    }

    /// The upstream sees the client's own address and port; its answers come back by policy routing.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void transparentWithAddressAndPort(Transport transport) {
        Networks networks = new Networks();
        networks.one.ip("route", "add", "default", "via", "10.77.2.1");
        networks.proxy.ip("rule", "add", "iif", TO_ONE, "lookup", "100");
        networks.proxy.ip("route", "add", "local", "default", "dev", "lo", "table", "100");
        try (TestDatagramUpstream _ =
                        upstream(networks.one, "10.77.2.2", (d, self) -> self.send(d.sender(), d.from()));
                RunningProxy _ = networks.start(transport, """
                        server {
                            listen 10.77.1.1:5300 udp;
                            proxy_pass 10.77.2.2:5300;
                            proxy_bind $remote_addr:$remote_port transparent;
                        }
                        """);
                UdpClient client = networks.client()) {
            assertThat(client.exchange("?")).isEqualTo(CLIENT + ":" + client.port());
            assertThat(client.exchange("?")).isEqualTo(CLIENT + ":" + client.port());
        }
    }

    /// On two links there are clients of the same address and port: the scope tells them apart.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void linkLocalAddressesOfTwoLinks(Transport transport) {
        NetworkNamespace here = namespace("here");
        NetworkNamespace left = namespace("left");
        NetworkNamespace right = namespace("right");
        here.connect("left0", "fe80::1/64", left, ETH, "fe80::2/64");
        here.connect("right0", "fe80::1/64", right, ETH, "fe80::2/64");
        try (TestDatagramUpstream upstream = upstream(here, "127.0.0.1", NetworkTest::tellPort);
                RunningProxy _ = here.call(() -> RunningProxy.start(transport, """
                        server { listen [::]:53 udp; proxy_pass %s; }
                        """.formatted(upstream.address())));
                UdpClient one = linkLocalClient(left);
                UdpClient two = linkLocalClient(right)) {
            String flowOfOne = one.exchange("x");
            String flowOfTwo = two.exchange("x");
            assertThat(flowOfTwo).isNotEqualTo(flowOfOne);
            for (int i = 0; i < 3; i++) {
                assertThat(two.exchange("x")).isEqualTo(flowOfTwo);
                assertThat(one.exchange("x")).isEqualTo(flowOfOne);
            }
        }
    }

    private static UdpClient linkLocalClient(NetworkNamespace where) {
        String scope = "%" + where.index(ETH);
        return where.call(() -> UdpClient.from(
                "fe80::2" + scope, PORT, new InetSocketAddress(InetAddress.ofLiteral("fe80::1" + scope), 53)));
    }

    /// Datagrams, and trains of them, that fit into the frames of one link and not into those of the other.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void framesOfDifferentSizes(Transport transport) {
        Networks networks = new Networks();
        networks.proxy.ip("link", "set", "dev", TO_CLIENT, "mtu", "9000");
        networks.client.ip("link", "set", "dev", ETH, "mtu", "9000");
        try (TestDatagramUpstream _ = upstream(networks.one, "10.77.2.2", NetworkTest::echo);
                RunningProxy _ = networks.start(transport, """
                        server { listen 10.77.1.1:5300 udp; proxy_pass 10.77.2.2:5300; }
                        """);
                UdpClient client = networks.client()) {
            Random random = new Random(17);
            for (int size : new int[] {100, 1472, 1473, 8000, 30_000, Datagram.MAX_BYTES}) {
                byte[] bytes = new byte[size];
                random.nextBytes(bytes);
                client.send(bytes);
                assertThat(client.receive().bytes()).isEqualTo(bytes);
            }
            byte[] train = new byte[40_000];
            random.nextBytes(train);
            for (int segmentBytes : new int[] {8000, 1472, 1400, 8000}) {
                networks.client.call(() -> {
                    client.sendTrain(train, segmentBytes);
                    return true;
                });
                for (int at = 0; at < train.length; at += segmentBytes) {
                    assertThat(client.receive().bytes())
                            .isEqualTo(Arrays.copyOfRange(train, at, Math.min(train.length, at + segmentBytes)));
                }
            }
        }
    }
}
