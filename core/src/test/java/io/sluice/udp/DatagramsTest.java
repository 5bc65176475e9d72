package io.sluice.udp;

import java.net.InetAddress;
import java.net.InetSocketAddress;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.DatagramClient;
import io.sluice.testing.DatagramEcho;
import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// What is relayed: datagrams of every length, whole and in order, from the address that the client has sent to.
class DatagramsTest {

    private static final int LARGEST = 65_507;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void ofEveryLength(Transport transport) {
        try (DatagramEcho echo = DatagramEcho.start();
                RunningProxy proxy = RunningProxy.start(transport,
                        "server { listen 127.0.0.1:0 udp; proxy_pass " + echo.address() + "; proxy_buffer_size 1k; }");
                DatagramClient client = DatagramClient.to(proxy.address())) {
            for (int length : new int[] {1, 0, LARGEST, 0, 1472, 1473, 9000, LARGEST}) {
                byte[] bytes = new byte[length];
                for (int i = 0; i < length; i++) {
                    bytes[i] = (byte) (i * 7 + length);
                }
                client.send(bytes);
                assertThat(client.receive()).isEqualTo(bytes);
            }
            assertThat(echo.senders()).hasSize(8).allMatch(sender -> sender.equals(echo.senders().getFirst()));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void manyAtATimeStayInOrder(Transport transport) {
        try (DatagramEcho echo = DatagramEcho.start();
                RunningProxy proxy = RunningProxy.start(
                        transport, "server { listen 127.0.0.1:0 udp; proxy_pass " + echo.address() + "; }");
                DatagramClient one = DatagramClient.to(proxy.address());
                DatagramClient other = DatagramClient.to(proxy.address())) {
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < 30; i++) {
                    one.send("one " + i);
                    other.send("other " + "x".repeat(i) + i);
                }
                for (int i = 0; i < 30; i++) {
                    assertThat(one.receive()).asString().isEqualTo("one " + i);
                    assertThat(other.receive()).asString().isEqualTo("other " + "x".repeat(i) + i);
                }
            }
            assertThat(echo.senders().stream().distinct()).hasSize(2);
        }
    }

    /// A connected client takes answers from no other address than the one it sends to.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void answersComeFromTheAddressThatWasSentTo(Transport transport) {
        int port = FreePorts.next();
        try (DatagramEcho echo = DatagramEcho.start();
                RunningProxy proxy = RunningProxy.start(transport, """
                        log_format where '$server_addr $remote_addr';
                        access_log ${dir}/access.log where;
                        server { listen %d udp; listen [::]:%d udp; proxy_pass %s; proxy_timeout 300ms; }
                        server { listen 127.0.0.3:%d udp; return three; }
                        """.formatted(port, port, echo.address(), port));
                DatagramClient one = client("127.0.0.1", port);
                DatagramClient two = client("127.0.0.2", port);
                DatagramClient three = client("127.0.0.3", port);
                DatagramClient six = client("::1", port)) {
            assertThat(one.exchange("a")).isEqualTo("a");
            assertThat(two.exchange("b")).isEqualTo("b");
            assertThat(six.exchange("c")).isEqualTo("c");
            assertThat(three.exchange("d")).isEqualTo("three");
            assertThat(proxy.awaitLines("access.log", 4)).containsExactlyInAnyOrder(
                    "127.0.0.1 127.0.0.1", "127.0.0.2 127.0.0.1", "::1 ::1", "127.0.0.3 127.0.0.1");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void oneSocketForBothFamilies(Transport transport) {
        int port = FreePorts.next();
        try (DatagramEcho echo = DatagramEcho.start();
                RunningProxy proxy = RunningProxy.start(transport,
                        "server { listen [::]:%d udp ipv6only=off; proxy_pass %s; }".formatted(port, echo.address()));
                DatagramClient two = client("127.0.0.2", port);
                DatagramClient six = client("::1", port)) {
            assertThat(proxy.server().status().listening()).hasSize(1);
            assertThat(two.exchange("b")).isEqualTo("b");
            assertThat(six.exchange("c")).isEqualTo("c");
        }
    }

    private static DatagramClient client(String host, int port) {
        return DatagramClient.to(new InetSocketAddress(InetAddress.ofLiteral(host), port));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void eachFlowHasAPeerByTheBalancer(Transport transport) {
        try (DatagramEcho first = DatagramEcho.start();
                DatagramEcho second = DatagramEcho.start();
                RunningProxy proxy = RunningProxy.start(transport, """
                        upstream pair { server %s weight=2; server %s; }
                        upstream same { hash $remote_addr; server %s; server %s; }
                        server { listen 127.0.0.1:0 udp; proxy_pass pair; }
                        server { listen 127.0.0.1:0 udp; proxy_pass same; }
                        """.formatted(first.address(), second.address(), first.address(), second.address()))) {
            for (int i = 0; i < 6; i++) {
                try (DatagramClient client = DatagramClient.to(proxy.address())) {
                    assertThat(client.exchange("x")).isEqualTo("x");
                }
            }
            assertThat(first.senders()).hasSize(4);
            assertThat(second.senders()).hasSize(2);
            for (int i = 0; i < 4; i++) {
                try (DatagramClient client = DatagramClient.to(proxy.address(1))) {
                    assertThat(client.exchange("x")).isEqualTo("x");
                }
            }
            assertThat(first.senders().size() * second.senders().size()).isIn(4 * 6, 8 * 2);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void bindToAnAddress(Transport transport) {
        try (DatagramEcho echo = DatagramEcho.start();
                RunningProxy proxy = RunningProxy.start(transport,
                        "server { listen 127.0.0.1:0 udp; proxy_pass " + echo.address() + "; proxy_bind 127.0.0.9; }");
                DatagramClient client = DatagramClient.to(proxy.address())) {
            assertThat(client.exchange("x")).isEqualTo("x");
            assertThat(echo.senders().getFirst().toString()).startsWith("/127.0.0.9:");
        }
    }

    /// 3,000 bytes at 1,000 a second: the second answer has to wait.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void answersWaitForTheirRate(Transport transport) {
        try (DatagramEcho echo = DatagramEcho.start(0, 2);
                RunningProxy proxy = RunningProxy.start(transport, "server { listen 127.0.0.1:0 udp; proxy_pass "
                        + echo.address() + "; proxy_download_rate 1000; }");
                DatagramClient client = DatagramClient.to(proxy.address())) {
            long start = System.nanoTime();
            client.send(new byte[1500]);
            assertThat(client.receive()).hasSize(1500);
            assertThat(client.receive()).hasSize(1500);
            assertThat(System.nanoTime() - start).isGreaterThan(1_000_000_000L);
        }
    }

    /// As in nginx what comes too fast is lost.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatComesTooFastIsLost(Transport transport) {
        try (DatagramEcho echo = DatagramEcho.start();
                RunningProxy proxy = RunningProxy.start(transport, "server { listen 127.0.0.1:0 udp; proxy_pass "
                        + echo.address() + "; proxy_upload_rate 1; }");
                DatagramClient client = DatagramClient.to(proxy.address());
                DatagramClient other = DatagramClient.to(proxy.address())) {
            assertThat(client.exchange("first")).isEqualTo("first");
            client.send("second");
            assertThat(other.exchange("x")).isEqualTo("x");
            assertThat(echo.texts()).containsExactly("first", "x");
        }
    }
}
