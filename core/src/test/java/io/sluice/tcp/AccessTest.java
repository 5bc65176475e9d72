package io.sluice.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `allow` and `deny`: who is let in.
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
        "EPOLL    | deny 127.0.0.0/8; allow 127.0.0.1;       | 127.0.0.1 | 403 denied",
        "EPOLL    | deny ::1; deny unix:;                    | 127.0.0.1 | 200 returned",
    })
    void ipv4(Transport transport, String rules, String from, String expected) throws IOException {
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                server { listen 127.0.0.1:0; %s return in; }
                """.formatted(rules))) {
            boolean admitted = expected.startsWith("200");
            try (Socket socket = new Socket()) {
                socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
                socket.connect(proxy.address());
                assertThat(Wire.readAll(socket)).isEqualTo(admitted ? "in" : "");
            }
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly(expected + " " + from);
            if (!admitted) {
                proxy.awaitErrorLog("[error]");
                proxy.awaitErrorLog("*1 access forbidden by rule, client: " + from + ", server: 127.0.0.1:"
                        + proxy.address().getPort());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "EPOLL    | deny ::1; allow all;          | 403 denied",
        "IO_URING | deny ::1; allow all;          | 403 denied",
        "EPOLL    | allow ::/64; deny all;        | 200 returned",
        "IO_URING | allow 2001:db8::/32; deny all; | 403 denied",
        "EPOLL    | deny 127.0.0.1;               | 200 returned",
    })
    void ipv6(Transport transport, String rules, String expected) throws IOException {
        int port = FreePorts.next();
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                server { listen [::1]:%d; %s return in; }
                """.formatted(port, rules));
                Socket socket = new Socket(InetAddress.ofLiteral("::1"), port)) {
            assertThat(Wire.readAll(socket)).isEqualTo(expected.startsWith("200") ? "in" : "");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly(expected + " ::1");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "EPOLL    | deny unix:; allow all;  | 403 denied",
        "IO_URING | deny unix:; allow all;  | 403 denied",
        "EPOLL    | allow unix:; deny all;  | 200 returned",
        "IO_URING | deny 127.0.0.1;         | 200 returned",
    })
    void unix(Transport transport, String rules, String expected) throws IOException {
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                server { listen unix:${dir}/in.sock; %s return in; }
                """.formatted(rules));
                SocketChannel channel =
                        SocketChannel.open(UnixDomainSocketAddress.of(proxy.directory().resolve("in.sock")))) {
            int read = channel.read(ByteBuffer.allocate(8));
            assertThat(read).isEqualTo(expected.startsWith("200") ? 2 : -1);
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly(expected + " unix:");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aServersOwnRulesReplaceTheInheritedOnes(Transport transport) throws IOException {
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                deny all;
                server { listen 127.0.0.1:0; allow 127.0.0.1; return own; }
                server { listen 127.0.0.1:0; return inherited; }
                """)) {
            try (Socket own = proxy.connect(0); Socket inherited = proxy.connect(1)) {
                assertThat(Wire.readAll(own)).isEqualTo("own");
                assertThat(Wire.readAll(inherited)).isEmpty();
            }
        }
    }
}
