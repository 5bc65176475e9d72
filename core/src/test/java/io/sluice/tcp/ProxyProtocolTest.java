package io.sluice.tcp;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestAuthority;
import io.sluice.testing.TestAuthority.Issued;
import io.sluice.testing.TestAuthority.Kind;
import io.sluice.testing.TestTls;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `listen ... proxy_protocol`, `proxy_protocol`, `set_real_ip_from` and `proxy_protocol_timeout` of the stream module.
class ProxyProtocolTest {

    private static final String LINE = "PROXY TCP4 192.0.2.7 198.51.100.2 56324 8443\r\n";

    private static final String LOG = """
            log_format end '$status $bytes_received $bytes_sent $session_outcome';
            access_log ${dir}/access.log end;
            """;

    private static final String TOLD = "$remote_addr $proxy_protocol_addr $proxy_protocol_port $proxy_protocol_server_addr"
            + " $proxy_protocol_server_port $proxy_protocol_tlv_alpn.";

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(13).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theHeaderIsToldByVariables(Transport transport) throws IOException {
        try (RunningProxy proxy = RunningProxy.start(transport, """
                        server {
                            listen 127.0.0.1:0 proxy_protocol;
                            return "%s";
                        }
                        """.formatted(TOLD))) {
            try (Socket socket = proxy.connect()) {
                Wire.send(socket, LINE);
                assertThat(Wire.readAll(socket)).isEqualTo("127.0.0.1 192.0.2.7 56324 198.51.100.2 8443 .");
            }
            try (Socket socket = proxy.connect()) {
                socket.getOutputStream().write(HexFormat.of().parseHex(
                        "0d0a0d0a000d0a515549540a" + "21110011" + "c0000209c6336402dc0401bb" + "0100026832"));
                assertThat(Wire.readAll(socket)).isEqualTo("127.0.0.1 192.0.2.9 56324 198.51.100.2 443 h2.");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aTrustedPeerSpeaksForItsClients(Transport transport) throws IOException {
        String server = """
                set_real_ip_from %s;
                deny 192.0.2.8;
                server {
                    listen 127.0.0.1:0 proxy_protocol;
                    return "$remote_addr $remote_port $realip_remote_addr";
                }
                """;
        try (RunningProxy proxy = RunningProxy.start(transport, server.formatted("127.0.0.0/8"))) {
            try (Socket socket = proxy.connect()) {
                Wire.send(socket, LINE);
                assertThat(Wire.readAll(socket)).isEqualTo("192.0.2.7 56324 127.0.0.1");
            }
            try (Socket socket = proxy.connect()) {
                Wire.send(socket, "PROXY TCP6 2001:db8::5 ::1 99 80\r\n");
                assertThat(Wire.readAll(socket)).isEqualTo("2001:db8::5 99 127.0.0.1");
            }
            try (Socket socket = proxy.connect()) {
                Wire.send(socket, LINE.replace("192.0.2.7", "192.0.2.8"));
                assertThat(Wire.readAll(socket)).as("rules are about the client").isEmpty();
            }
            proxy.awaitErrorLog("access forbidden by rule, client: 192.0.2.8");
        }
        try (RunningProxy proxy = RunningProxy.start(transport, server.formatted("10.0.0.0/8"));
                Socket socket = proxy.connect()) {
            Wire.send(socket, LINE);
            assertThat(Wire.readAll(socket)).startsWith("127.0.0.1 ");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatFollowsIsRelayed(Transport transport) throws Exception {
        byte[] big = bytes(5_000_000);
        try (TestUpstream upstream = TestUpstream.start(socket ->
                        socket.getOutputStream().write(socket.getInputStream().readAllBytes()));
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0 proxy_protocol; proxy_pass %s; proxy_half_close on; }
                        """.formatted(upstream.address()))) {
            for (boolean together : new boolean[] {true, false}) {
                try (Socket socket = proxy.connect()) {
                    Wire.send(socket, LINE + (together ? "early" : ""));
                    Wire.send(socket, together ? "" : "early");
                    socket.getOutputStream().write(big);
                    socket.shutdownOutput();
                    assertThat(Wire.read(socket, 5)).isEqualTo("early");
                    assertThat(socket.getInputStream().readAllBytes()).isEqualTo(big);
                }
            }
            assertThat(proxy.awaitLines("access.log", 2)).containsOnly("200 5000005 5000005 downstream_closed");
            proxy.awaitNoSessions();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aConnectionWithoutItIsClosed(Transport transport) throws IOException {
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0 proxy_protocol; return never; }
                        """);
                Socket socket = proxy.connect()) {
            Wire.send(socket, "SSH-2.0-client\r\n");
            assertThat(Wire.readAll(socket)).isEmpty();
            proxy.awaitErrorLog("broken header: \"SSH-2.0-client\" while reading PROXY protocol, client: 127.0.0.1");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("400 0 0 bad_proxy_header");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void itHasToArriveInTime(Transport transport) throws IOException {
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0 proxy_protocol; proxy_protocol_timeout 200ms; return never; }
                        """);
                Socket socket = proxy.connect()) {
            Wire.send(socket, "PROXY TCP4");
            assertThat(Wire.readAll(socket)).isEmpty();
            proxy.awaitErrorLog("while reading PROXY protocol");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("200 0 0 idle_timeout");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aPeerIsToldOfTheClient(Transport transport) throws IOException {
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, """
                        log_format sent '$upstream_bytes_sent $upstream_bytes_received';
                        access_log ${dir}/access.log sent;
                        proxy_protocol on;
                        server { listen 127.0.0.1:0; proxy_pass %1$s; }
                        server { listen 127.0.0.1:0 proxy_protocol; proxy_pass %1$s; set_real_ip_from 127.0.0.1; }
                        """.formatted(upstream.address()))) {
            String header;
            try (Socket socket = proxy.connect(0)) {
                header = "PROXY TCP4 127.0.0.1 127.0.0.1 " + socket.getLocalPort() + " " + socket.getPort() + "\r\n";
                Wire.send(socket, "hello");
                assertThat(Wire.read(socket, header.length() + 5)).isEqualTo(header + "hello");
            }
            int sent = header.length() + 5;
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly(sent + " " + sent);
            try (Socket socket = proxy.connect(1)) {
                header = "PROXY TCP4 192.0.2.7 127.0.0.1 56324 " + socket.getPort() + "\r\n";
                Wire.send(socket, LINE + "hello");
                assertThat(Wire.read(socket, header.length() + 5)).isEqualTo(header + "hello");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void itStandsBeforeTlsOnEitherSide(Transport transport, @TempDir Path directory) throws Exception {
        TestAuthority authority = TestAuthority.create(directory, "root");
        Issued identity = authority.issue("alpha.example", "EC", "DNS:alpha.example", Kind.SERVER);
        TestTls tls = TestTls.trusting(authority.certificate(), identity);
        String header = "PROXY TCP4 192.0.2.7 127.0.0.1 56324 ";
        try (TestUpstream upstream = TestUpstream.start(socket -> {
                    StringBuilder line = new StringBuilder();
                    while (line.indexOf("\r\n") < 0) {
                        line.append((char) socket.getInputStream().read());
                    }
                    try (SSLSocket secured = tls.server(socket)) {
                        Wire.send(secured, line.toString());
                        secured.getInputStream().transferTo(secured.getOutputStream());
                    }
                });
                RunningProxy proxy = RunningProxy.start(transport, """
                        server {
                            listen 127.0.0.1:0 ssl proxy_protocol;
                            set_real_ip_from 127.0.0.1;
                            ssl_certificate %s;
                            ssl_certificate_key %s;
                            proxy_pass %s;
                            proxy_ssl on;
                            proxy_protocol on;
                        }
                        """.formatted(identity.certificate(), identity.key(), upstream.address()));
                Socket plain = proxy.connect()) {
            Wire.send(plain, LINE);
            try (SSLSocket socket = tls.client(plain, "alpha.example")) {
                Wire.send(socket, "hello");
                String expected = header + plain.getPort() + "\r\nhello";
                assertThat(Wire.read(socket, expected.length())).isEqualTo(expected);
            }
        }
    }
}
