package io.sluice.udp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// What `access_log` and `error_log` tell of flows. The outcomes have their tests where they come about.
class LoggingTest {

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theVariablesOfAFlow(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.answering(2);
                RunningProxy proxy = RunningProxy.start(transport, """
                        log_format end '$protocol|$status|$session_outcome|$bytes_received|$bytes_sent|$upstream_addr'
                            '|$upstream_bytes_sent|$upstream_bytes_received|$remote_addr|$remote_port'
                            '|$server_addr|$server_port|$session_time|$upstream_connect_time|$upstream_first_byte_time'
                            '|$upstream_session_time';
                        access_log ${dir}/access.log end;
                        server { listen 127.0.0.1:0 udp; proxy_pass %s; proxy_responses 2; }
                        """.formatted(upstream.address()));
                UdpClient client = UdpClient.from("127.0.0.7", proxy.address())) {
            client.send("hello");
            client.receive();
            client.receive();
            assertThat(proxy.awaitLines("access.log", 1).getFirst())
                    .startsWith("UDP|200|answered|5|10|" + upstream.address() + "|5|10|127.0.0.7|" + client.port()
                            + "|127.0.0.1|" + proxy.address().getPort() + "|")
                    .matches(".*(\\|\\d+\\.\\d{3}){4}");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theLocalAddressOnAWildcard(Transport transport) {
        int port = FreePorts.next();
        try (RunningProxy proxy = RunningProxy.start(transport, """
                log_format end '$server_addr:$server_port';
                access_log ${dir}/access.log end;
                server { listen %d udp; return x; }
                """.formatted(port))) {
            for (String host : List.of("127.0.0.1", "127.0.0.2")) {
                var address = new InetSocketAddress(InetAddress.ofLiteral(host), port);
                try (UdpClient client = UdpClient.to(address)) {
                    assertThat(client.exchange("?")).isEqualTo("x");
                }
            }
            assertThat(proxy.awaitLines("access.log", 2)).containsExactly("127.0.0.1:" + port, "127.0.0.2:" + port);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void setMapsAndConditions(Transport transport) {
        try (RunningProxy proxy = RunningProxy.start(transport, """
                log_format end '$who $kind';
                map $remote_addr $kind { 127.0.0.7 seven; default other; }
                map $remote_addr $logged { 127.0.0.8 0; default 1; }
                access_log ${dir}/access.log end if=$logged;
                server { listen 127.0.0.1:0 udp; set $who "$protocol-$kind"; return $who; }
                """)) {
            for (int host = 7; host <= 9; host++) {
                try (UdpClient client = UdpClient.from("127.0.0." + host, proxy.address())) {
                    assertThat(client.exchange("?")).isEqualTo(host == 7 ? "UDP-seven" : "UDP-other");
                }
            }
            assertThat(proxy.awaitLines("access.log", 2)).containsExactly("UDP-seven seven", "UDP-other other");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theErrorLogTellsAFlowsLife(Transport transport) {
        try (TestDatagramUpstream upstream = TestDatagramUpstream.echo();
                RunningProxy proxy = RunningProxy.start(transport, """
                        server { listen 127.0.0.1:0 udp; proxy_pass %s; proxy_responses 1; }
                        """.formatted(upstream.address()));
                UdpClient client = UdpClient.to(proxy.address())) {
            assertThat(client.exchange("x")).isEqualTo("x");
            proxy.awaitNoSessions();
            proxy.awaitErrorLog("*1 udp client 127.0.0.1:" + client.port() + " connected to 127.0.0.1:"
                    + proxy.address().getPort());
            proxy.awaitErrorLog("*1 udp done, packets from/to client:1/1, client: 127.0.0.1, server: ");
            proxy.awaitErrorLog("upstream: \"" + upstream.address()
                    + "\", bytes from/to client:1/1, bytes from/to upstream:1/1");
        }
    }
}
