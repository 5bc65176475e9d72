package io.sluice.http;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `proxy_pass` of http: heads, bodies, kept connections, other peers.
@SuppressWarnings("StringConcatToTextBlock") // the lines end in CR LF, which a text block hides
class ProxyingTest {

    private static final String LOG = """
            log_format end '$status $request_method $uri $upstream_addr $upstream_status';
            access_log ${dir}/access.log end;
            """;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void headsArePassedAsNginxDoes(Transport transport) {
        try (HttpOrigin origin = HttpOrigin.echo();
                RunningProxy proxy = RunningProxy.startHttp(transport, LOG + """
                        server {
                            listen 127.0.0.1:0;
                            location /app/ {
                                proxy_pass http://%s/base/;
                                proxy_set_header Host $host;
                                proxy_set_header X-Real-IP $remote_addr;
                                proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                                proxy_set_header X-Gone "";
                                proxy_hide_header X-Origin;
                                add_header X-Seen $upstream_http_x_origin;
                            }
                        }
                        """.formatted(origin.address()))) {
            String response = HttpWire.exchange(proxy, "GET /app/a%20b?q=1 HTTP/1.1\r\nHost: Example.com:8\r\n"
                    + "X-Forwarded-For: 192.0.2.1\r\nX-Gone: x\r\nTE: trailers\r\nUpgrade: h2c\r\nConnection: close\r\n\r\n");
            assertThat(HttpWire.status(response)).isEqualTo(200);
            assertThat(response).contains("X-Seen: yes\r\n").doesNotContain("X-Origin").contains("Connection: close\r\n");
            assertThat(HttpWire.body(response))
                    .startsWith("GET /base/a%20b?q=1\n")
                    .contains("host: example.com\n")
                    .contains("x-real-ip: 127.0.0.1\n")
                    .contains("x-forwarded-for: 192.0.2.1, 127.0.0.1\n")
                    .doesNotContain("x-gone", "upgrade", "te:");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly(
                    "200 GET /app/a b " + origin.address() + " 200");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aBodyArrivesWhateverItsFraming(Transport transport) {
        try (HttpOrigin origin = HttpOrigin.echo();
                RunningProxy proxy = RunningProxy.startHttp(transport, """
                        access_log off;
                        client_max_body_size 10m;
                        server { listen 127.0.0.1:0; location / { proxy_pass http://%s; } }
                        """.formatted(origin.address()))) {
            String big = "x".repeat(3_000_000);
            String sized = HttpWire.exchange(proxy, "POST /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: "
                    + big.length() + "\r\n\r\n" + big);
            assertThat(HttpWire.status(sized)).isEqualTo(200);
            assertThat(HttpWire.body(sized)).endsWith("\n\n" + big);
            String chunked = HttpWire.exchange(proxy, "POST /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n");
            assertThat(HttpWire.body(chunked)).contains("content-length: 11\n").endsWith("\n\nhello world");
            String large = HttpWire.exchange(proxy, "POST /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n" + "2dc6c0\r\n" + big + "\r\n0\r\n\r\n");
            assertThat(HttpWire.body(large)).endsWith("\n\n" + big);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void connectionsToPeersAreKept(Transport transport) throws IOException {
        try (HttpOrigin origin = HttpOrigin.echo();
                RunningProxy proxy = RunningProxy.startHttp(transport, """
                        access_log off;
                        upstream back { server %s; keepalive 4; }
                        server { listen 127.0.0.1:0; location / { proxy_pass http://back; } }
                        """.formatted(origin.address()));
                Socket client = proxy.connect()) {
            for (int i = 0; i < 20; i++) {
                client.getOutputStream().write(
                        ("GET /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
                String head = HttpWire.head(client.getInputStream());
                assertThat(HttpWire.status(head)).isEqualTo(200);
                int length = Integer.parseInt(head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
                assertThat(new String(client.getInputStream().readNBytes(length), StandardCharsets.ISO_8859_1))
                        .startsWith("GET /" + i + "\n");
            }
            assertThat(Set.copyOf(origin.clientPorts())).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void pipelinedRequestsAreAnsweredInOrder(Transport transport) {
        try (HttpOrigin origin = HttpOrigin.echo();
                RunningProxy proxy = RunningProxy.startHttp(transport, """
                        access_log off;
                        server {
                            listen 127.0.0.1:0;
                            location / { proxy_pass http://%s; }
                            location /own { return 200 "own $arg_n\\n"; }
                        }
                        """.formatted(origin.address()))) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                requests.append("GET ").append(i % 2 == 0 ? "/own?n=" + i : "/r" + i)
                        .append(" HTTP/1.1\r\nHost: a\r\n")
                        .append(i == 49 ? "Connection: close\r\n" : "")
                        .append("\r\n");
            }
            String responses = HttpWire.exchange(proxy, requests.toString());
            int at = 0;
            for (int i = 0; i < 50; i++) {
                at = responses.indexOf(i % 2 == 0 ? "own " + i + "\n" : "GET /r" + i + "\n", at);
                assertThat(at).as("response " + i).isPositive();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theNextPeerIsAskedWhenOneRefusesOrFails(Transport transport) {
        int refused = FreePorts.next();
        try (HttpOrigin failing = HttpOrigin.start(HttpOrigin.answering(503, "no"));
                HttpOrigin origin = HttpOrigin.echo();
                RunningProxy proxy = RunningProxy.startHttp(transport, LOG + """
                        upstream back {
                            server 127.0.0.1:%d;
                            server %s;
                            server %s backup;
                        }
                        server {
                            listen 127.0.0.1:0;
                            location / { proxy_pass http://back; proxy_next_upstream error http_503; }
                        }
                        """.formatted(refused, failing.address(), origin.address()))) {
            String response = HttpWire.exchange(proxy, "GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(HttpWire.status(response)).isEqualTo(200);
            assertThat(proxy.awaitLines("access.log", 1).getFirst()).isEqualTo(
                    "200 GET /x 127.0.0.1:%d, %s, %s 502, 503, 200".formatted(refused, failing.address(), origin.address()));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatPeersCannotDoIsABadGateway(Transport transport) {
        try (RunningProxy proxy = RunningProxy.startHttp(transport, LOG + """
                server {
                    listen 127.0.0.1:0;
                    location / { proxy_pass http://127.0.0.1:%d; error_page 502 /sorry; }
                    location /plain { proxy_pass http://127.0.0.1:%d; }
                    location = /sorry { internal; return 200 "sorry"; }
                }
                """.formatted(FreePorts.next(), FreePorts.next()))) {
            String sorry = HttpWire.exchange(proxy, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(HttpWire.status(sorry)).isEqualTo(502);
            assertThat(HttpWire.body(sorry)).isEqualTo("sorry");
            String plain = HttpWire.exchange(proxy, "GET /plain HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(HttpWire.status(plain)).isEqualTo(502);
            assertThat(plain).contains("502 Bad Gateway");
            String hidden = HttpWire.exchange(proxy, "GET /sorry HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(HttpWire.status(hidden)).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aLargeResponseWaitsForASlowReader(Transport transport) throws IOException {
        byte[] part = new byte[64 * 1024];
        try (HttpOrigin origin = HttpOrigin.start(exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    try (OutputStream out = exchange.getResponseBody()) {
                        for (int i = 0; i < 320; i++) {
                            out.write(part);
                        }
                    }
                });
                RunningProxy proxy = RunningProxy.startHttp(transport, """
                        access_log off;
                        server { listen 127.0.0.1:0; location / { proxy_pass http://%s; } }
                        """.formatted(origin.address()));
                Socket client = proxy.connect()) {
            client.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            String head = HttpWire.head(client.getInputStream());
            assertThat(head).doesNotContain("chunked", "Content-Length");
            assertThat(client.getInputStream().readAllBytes()).hasSize(320 * part.length);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aHeadRequestHasNoBody(Transport transport) {
        try (HttpOrigin origin = HttpOrigin.echo();
                RunningProxy proxy = RunningProxy.startHttp(transport, """
                        access_log off;
                        server { listen 127.0.0.1:0; location / { proxy_pass http://%s; } }
                        """.formatted(origin.address()))) {
            String both = HttpWire.exchange(proxy, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"
                    + "GET /second HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(both.split("HTTP/1.1 200", -1)).hasSize(3);
            assertThat(both).contains("GET /second\n");
        }
    }
}
