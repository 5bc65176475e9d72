package io.sluice.udp;

import java.net.InetAddress;
import java.net.InetSocketAddress;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `allow` and `deny`: whose datagrams are let in.
class AccessTest {

    private static final String LOG = """
            log_format end '$status $session_outcome $remote_addr';
            access_log ${dir}/access.log end;
            """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "EPOLL    | deny 127.0.0.1; allow all;               | 127.0.0.1 | 403 denied",
        "IO_URING | deny 127.0.0.1; allow all;               | 127.0.0.1 | 403 denied",
        "EPOLL    | deny 127.0.0.1; allow all;               | 127.0.0.2 | 200 returned",
        "IO_URING | allow 127.0.0.2; deny all;               | 127.0.0.2 | 200 returned",
        "EPOLL    | allow 127.0.0.2; deny all;               | 127.0.0.3 | 403 denied",
        "EPOLL    | allow 127.0.0.4/30; deny 127.0.0.0/8;    | 127.0.0.7 | 200 returned",
        "IO_URING | allow 127.0.0.4/30; deny 127.0.0.0/8;    | 127.0.0.8 | 403 denied",
    })
    void ipv4(Transport transport, String rules, String from, String expected) {
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                server { listen 127.0.0.1:0 udp; %s return in; }
                """.formatted(rules));
                UdpClient client = UdpClient.from(from, proxy.address())) {
            client.send("x");
            client.send("y");
            // Each datagram is turned away, and logged, by itself.
            assertThat(proxy.awaitLines("access.log", 2)).containsOnly(expected + " " + from);
            if (expected.startsWith("200")) {
                assertThat(client.receive().text()).isEqualTo("in");
                assertThat(client.receive().text()).isEqualTo("in");
            } else {
                assertThat(client.poll()).isNull();
                proxy.awaitErrorLog("[error]");
                proxy.awaitErrorLog("*1 access forbidden by rule, client: " + from + ", server: 127.0.0.1:"
                        + proxy.address().getPort());
            }
            proxy.awaitNoSessions();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "EPOLL    | deny ::1; allow all;           | 403 denied",
        "IO_URING | deny ::1; allow all;           | 403 denied",
        "EPOLL    | allow ::/64; deny all;         | 200 returned",
        "IO_URING | allow 2001:db8::/32; deny all; | 403 denied",
    })
    void ipv6(Transport transport, String rules, String expected) {
        int port = FreePorts.next();
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                server { listen [::1]:%d udp; %s return in; }
                """.formatted(port, rules));
                UdpClient client = UdpClient.to(new InetSocketAddress(InetAddress.ofLiteral("::1"), port))) {
            client.send("x");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly(expected + " ::1");
        }
    }
}
