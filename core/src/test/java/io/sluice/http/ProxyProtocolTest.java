package io.sluice.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

/// `listen ... proxy_protocol` of http.
@SuppressWarnings("StringConcatToTextBlock") // the lines end in CR LF, which a text block hides
class ProxyProtocolTest {

    private static final String LINE = "PROXY TCP4 192.0.2.7 198.51.100.2 56324 8443\r\n";

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    private static final String TOLD = "$remote_addr $remote_port $realip_remote_addr $proxy_protocol_addr"
            + " $proxy_protocol_port $proxy_protocol_server_addr $proxy_protocol_server_port";

    private static String server(String directives, String parameters) {
        return """
                access_log off;
                %s
                server {
                    listen 127.0.0.1:0 proxy_protocol %s;
                    location / { return 200 "%s"; }
                    location /tlv { return 200 "$proxy_protocol_tlv_alpn $proxy_protocol_tlv_0xEA $proxy_protocol_tlv_authority."; }
                }
                """.formatted(directives, parameters, TOLD);
    }

    private static String answer(Socket socket, byte[]... parts) throws IOException {
        OutputStream out = socket.getOutputStream();
        for (byte[] part : parts) {
            out.write(part);
            out.flush();
        }
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theHeaderIsToldByVariables(Transport transport) {
        try (RunningProxy proxy = RunningProxy.startHttp(transport, server("", ""))) {
            String own = HttpWire.body(HttpWire.exchange(proxy, LINE + GET));
            assertThat(own).startsWith("127.0.0.1 ").endsWith(" 127.0.0.1 192.0.2.7 56324 198.51.100.2 8443");
            assertThat(HttpWire.body(HttpWire.exchange(proxy, "PROXY UNKNOWN\r\n" + GET)))
                    .startsWith("127.0.0.1 ").endsWith(" 127.0.0.1    ");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void itTellsTheClientsAddressWhereItIsTrusted(Transport transport) {
        try (RunningProxy proxy = RunningProxy.startHttp(transport, server(
                "set_real_ip_from 127.0.0.0/8; real_ip_header proxy_protocol;", ""))) {
            assertThat(HttpWire.body(HttpWire.exchange(proxy, LINE + GET)))
                    .startsWith("192.0.2.7 56324 127.0.0.1 192.0.2.7 ");
            assertThat(HttpWire.body(HttpWire.exchange(proxy, "PROXY TCP6 2001:db8::5 ::1 99 80\r\n" + GET)))
                    .startsWith("2001:db8::5 99 127.0.0.1 2001:db8::5 99 ::1 80");
        }
        try (RunningProxy proxy = RunningProxy.startHttp(transport, server(
                "set_real_ip_from 10.0.0.0/8; real_ip_header proxy_protocol;", ""))) {
            assertThat(HttpWire.body(HttpWire.exchange(proxy, LINE + GET))).startsWith("127.0.0.1 ");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void version2HasFields(Transport transport) throws IOException {
        byte[] header = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + "21110017" + "c0000209c6336402dc0401bb"
                + "0100026832" + "ea0003616263");
        try (RunningProxy proxy = RunningProxy.startHttp(transport, server("", ""));
                Socket socket = proxy.connect()) {
            assertThat(HttpWire.body(answer(socket, header, bytes("GET /tlv HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))))
                    .isEqualTo("h2 abc .");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void itMayArriveByteByByte(Transport transport) throws IOException {
        try (RunningProxy proxy = RunningProxy.startHttp(transport, server("", ""));
                Socket socket = proxy.connect()) {
            byte[][] single = new byte[LINE.length() + 1][];
            for (int i = 0; i < LINE.length(); i++) {
                single[i] = bytes(LINE.substring(i, i + 1));
            }
            single[LINE.length()] = bytes(GET);
            assertThat(HttpWire.body(answer(socket, single))).contains(" 192.0.2.7 56324 ");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aConnectionWithoutItIsClosed(Transport transport) {
        try (RunningProxy proxy = RunningProxy.startHttp(transport, server("", ""))) {
            assertThat(HttpWire.exchange(proxy, GET)).isEmpty();
            proxy.awaitErrorLog(
                    "broken header: \"GET / HTTP/1.1\" while reading PROXY protocol, client: 127.0.0.1");
            assertThat(proxy.errorLog()).contains("[error]");
            proxy.awaitNoSessions();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void itHasToArriveInTime(Transport transport) throws IOException {
        try (RunningProxy proxy = RunningProxy.startHttp(transport, server("client_header_timeout 200ms;", ""));
                Socket socket = proxy.connect()) {
            assertThat(answer(socket, bytes("PROXY TCP4 "))).isEmpty();
            proxy.awaitErrorLog("client timed out while reading PROXY protocol");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void itComesBeforeTheHandshake(Transport transport, @TempDir Path directory) throws Exception {
        TestCertificate certificate = TestCertificate.make(directory);
        SSLContext trusting = certificate.trusting();
        try (RunningProxy proxy = RunningProxy.startHttp(transport, server(certificate.directives(), "ssl"));
                Socket plain = proxy.connect()) {
            plain.getOutputStream().write(bytes(LINE));
            try (SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket(plain, "localhost", 443, true)) {
                assertThat(HttpWire.body(answer(socket, bytes(GET)))).endsWith(" 192.0.2.7 56324 198.51.100.2 8443");
            }
            assertThat(HttpWire.exchange(proxy, "\u0016\u0003\u0001")).isEmpty();
            proxy.awaitErrorLog("broken header: \"\\x16\\x03\\x01\" while reading PROXY protocol");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aKeptConnectionHasItOnce(Transport transport) throws IOException {
        try (RunningProxy proxy = RunningProxy.startHttp(transport, server("", ""));
                Socket socket = proxy.connect()) {
            String all = answer(socket, bytes(LINE), bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), bytes(GET));
            assertThat(all.split("192\\.0\\.2\\.7", -1)).hasSize(3);
        }
    }
}
