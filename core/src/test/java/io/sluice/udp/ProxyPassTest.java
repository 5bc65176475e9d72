package io.sluice.udp;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `proxy_pass` of datagrams: addresses, names, groups and variables.
class ProxyPassTest {

    private static final String LOG = """
            log_format end '$status $session_outcome $upstream_addr';
            access_log ${dir}/access.log end;
            proxy_responses 1;
            """;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void toAnAddress(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0 udp; proxy_pass %s; }
                        """.formatted(upstream.address()))) {
            assertThat(echoed(proxy)).isEqualTo("200 answered " + upstream.address());
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void toAGroup(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream backend { server %s; }
                        server { listen 127.0.0.1:0 udp; proxy_pass backend; }
                        """.formatted(upstream.address()))) {
            assertThat(echoed(proxy)).isEqualTo("200 answered " + upstream.address());
        }
    }

    /// The name may have an IPv6 address too, where nobody is: the flow after the refused one goes to the other.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void toANameThatResolves(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0 udp; proxy_pass localhost:%d; }
                        """.formatted(upstream.port()));
                UdpClient client = UdpClient.to(proxy.address())) {
            client.send("first");
            String line = proxy.awaitLines("access.log", 1).getFirst();
            if (line.startsWith("502 upstream_refused ")) {
                client.send("second");
                line = proxy.awaitLines("access.log", 2).getLast();
            }
            assertThat(line).isEqualTo("200 answered " + upstream.address());
            assertThat(client.receive().text()).isIn("first", "second");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void toWhatAVariableSays(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream backend { server %1$s; }
                        map $remote_addr $by_client { 127.0.0.7 %1$s; default 127.0.0.1; }
                        server { listen 127.0.0.1:0 udp; set $target backend; proxy_pass $target; }
                        server { listen 127.0.0.1:0 udp; set $port %2$d; proxy_pass 127.0.0.1:$port; }
                        server { listen 127.0.0.1:0 udp; proxy_pass $by_client; }
                        """.formatted(upstream.address(), upstream.port()))) {
            for (int i = 0; i < 3; i++) {
                try (UdpClient client = UdpClient.from("127.0.0.7", proxy.address(i))) {
                    assertThat(client.exchange("hello")).isEqualTo("hello");
                }
            }
            assertThat(proxy.awaitLines("access.log", 3)).containsOnly("200 answered " + upstream.address());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "EPOLL, nowhere, 'no port in upstream \"nowhere\"'",
        "IO_URING, nowhere, 'no port in upstream \"nowhere\"'",
        "EPOLL, 127.0.0.1, 'no port in upstream \"127.0.0.1\"'",
        "IO_URING, 127.0.0.1:70000, 'invalid port in upstream \"127.0.0.1:70000\"'",
        "EPOLL, '', the proxy_pass target is empty",
    })
    void aVariableThatNamesNoTarget(Transport transport, String target, String message) {
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                server { listen 127.0.0.1:0 udp; set $target "%s"; proxy_pass $target; }
                """.formatted(target));
                UdpClient client = UdpClient.to(proxy.address())) {
            client.send("hello");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("500 bad_target -");
            proxy.awaitErrorLog(message);
            assertThat(client.poll()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aServerWithoutHandler(Transport transport) {
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + "server { listen 127.0.0.1:0 udp; }");
                UdpClient client = UdpClient.to(proxy.address())) {
            client.send("hello");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("500 internal_error -");
            assertThat(client.poll()).isNull();
        }
    }

    private static String echoed(RunningProxy proxy) {
        try (UdpClient client = UdpClient.to(proxy.address())) {
            assertThat(client.exchange("hello")).isEqualTo("hello");
        }
        return proxy.awaitLines("access.log", 1).getFirst();
    }
}
