package io.sluice.udp;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.RunningProxy;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `return` answers each datagram with a text.
class ReturnTest {

    private static final String LOG = """
            log_format end '$status $session_outcome $bytes_received $bytes_sent $upstream_addr';
            access_log ${dir}/access.log end;
            """;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aText(Transport transport) {
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                server { listen 127.0.0.1:0 udp; return "$protocol from $remote_addr:$remote_port"; }
                """);
                UdpClient client = UdpClient.from("127.0.0.7", proxy.address())) {
            String expected = "UDP from 127.0.0.7:" + client.port();
            assertThat(client.exchange("abc")).isEqualTo(expected);
            assertThat(client.exchange("")).as("to nothing").isEqualTo(expected);
            assertThat(proxy.awaitLines("access.log", 2)).containsExactly(
                    "200 returned 3 " + expected.length() + " -", "200 returned 0 " + expected.length() + " -");
            proxy.awaitNoSessions();
        }
    }

    /// As nginx: no datagram then, not an empty one.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void nothing(Transport transport) {
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                server { listen 127.0.0.1:0 udp; return ""; }
                """);
                UdpClient client = UdpClient.to(proxy.address())) {
            client.send("abc");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("200 returned 3 0 -");
            assertThat(client.poll()).isNull();
        }
    }

    /// Datagrams that are read in one go are answered one by one.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void toManyClients(Transport transport) {
        try (RunningProxy proxy = RunningProxy.start(transport, """
                server { listen 127.0.0.1:0 udp; return $remote_addr; }
                """)) {
            for (int i = 1; i <= 100; i++) {
                try (UdpClient client = UdpClient.from("127.0.1." + i, proxy.address())) {
                    client.send("1");
                    client.send("2");
                    client.send("3");
                    for (int answer = 0; answer < 3; answer++) {
                        assertThat(client.receive().text()).isEqualTo("127.0.1." + i);
                    }
                }
            }
        }
    }
}
