package io.sluice.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// Peers that break off, answer early, or send more than they said; and what becomes of bodies then.
@SuppressWarnings("StringConcatToTextBlock") // the lines end in CR LF, which a text block hides
class ProxyFaultTest {

    private static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private static String upstream(TestUpstream... peers) {
        StringBuilder text = new StringBuilder("access_log off;\nupstream app {\n");
        for (TestUpstream peer : peers) {
            text.append("server 127.0.0.1:").append(peer.port()).append(" max_fails=0;\n");
        }
        return text + "keepalive 4;\n}\n";
    }

    private static String response(InputStream in) throws IOException {
        String head = HttpWire.head(in);
        int at = head.indexOf("Content-Length: ");
        int length = at < 0 ? 0 : Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)));
        return head + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    /// What a peer sends beyond its response must not become the head of somebody else's.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatIsBeyondAResponseReachesNobody(Transport transport) throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (TestUpstream peer = TestUpstream.start(socket -> {
                    connections.incrementAndGet();
                    while (!HttpWire.head(socket.getInputStream()).isEmpty()) {
                        write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 404 Not Found\r\nX-Evil: ");
                    }
                });
                RunningProxy proxy = RunningProxy.startHttp(transport, upstream(peer)
                        + "server { listen 127.0.0.1:0; location / { proxy_pass http://app; proxy_http_version 1.1; "
                        + "proxy_set_header Connection ''; } }");
                Socket client = proxy.connect()) {
            for (int i = 0; i < 3; i++) {
                write(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(response(client.getInputStream())).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok").doesNotContain("Evil");
            }
            assertThat(connections).hasValue(3);
        }
    }

    /// A kept connection that the peer closes when it gets the next request: the request goes over a new one.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aKeptConnectionThatEndsIsReplaced(Transport transport) throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (TestUpstream peer = TestUpstream.start(socket -> {
                    connections.incrementAndGet();
                    HttpWire.head(socket.getInputStream());
                    write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    HttpWire.head(socket.getInputStream());
                });
                RunningProxy proxy = RunningProxy.startHttp(transport, upstream(peer)
                        + "server { listen 127.0.0.1:0; location / { proxy_pass http://app; proxy_http_version 1.1; "
                        + "proxy_set_header Connection ''; } }");
                Socket client = proxy.connect()) {
            for (int i = 0; i < 4; i++) {
                write(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(response(client.getInputStream())).startsWith("HTTP/1.1 200 OK\r\n").endsWith("ok");
            }
            assertThat(connections).hasValue(4);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aPeerThatDiesWithinItsHeadHasTheNextOneAsked(Transport transport) throws Exception {
        try (TestUpstream dying = TestUpstream.start(socket -> {
                    HttpWire.head(socket.getInputStream());
                    write(socket, "HTTP/1.1 200 OK\r\nContent-Le");
                });
                HttpOrigin origin = HttpOrigin.echo();
                RunningProxy proxy = RunningProxy.startHttp(transport, """
                        access_log off;
                        upstream app { server 127.0.0.1:%d; server %s backup; }
                        server { listen 127.0.0.1:0; location / { proxy_pass http://app; } }
                        """.formatted(dying.port(), origin.address()))) {
            assertThat(HttpWire.status(HttpWire.exchange(proxy, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))).isEqualTo(200);
        }
    }

    /// The body was read for the first peer, and is there for the second.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void anErrorPageThatIsProxiedGetsTheBody(Transport transport) throws Exception {
        try (HttpOrigin failing = HttpOrigin.start(HttpOrigin.answering(502, "no"));
                HttpOrigin origin = HttpOrigin.echo();
                RunningProxy proxy = RunningProxy.startHttp(transport, """
                        access_log off;
                        server {
                            listen 127.0.0.1:0;
                            location / { proxy_pass http://%s; proxy_intercept_errors on; error_page 502 = @other; }
                            location /page { proxy_pass http://%s; proxy_intercept_errors on; error_page 502 /sorry; }
                            location @other { proxy_pass http://%s; }
                            location /sorry { proxy_pass http://%s; }
                        }
                        """.formatted(failing.address(), failing.address(), origin.address(), origin.address()))) {
            String named = HttpWire.exchange(
                    proxy, "POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(HttpWire.status(named)).isEqualTo(200);
            assertThat(HttpWire.body(named)).startsWith("POST /x\n").endsWith("\n\nhello");
            String page = HttpWire.exchange(
                    proxy, "POST /page HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(HttpWire.status(page)).isEqualTo(502);
            assertThat(HttpWire.body(page)).startsWith("GET /sorry\n");
        }
    }

    /// A peer answers while the body is still being sent, and wants the rest of it.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void anEarlyAnswerDoesNotEndTheBody(Transport transport) throws Exception {
        int length = 3_000_000;
        try (TestUpstream peer = TestUpstream.start(socket -> {
                    HttpWire.head(socket.getInputStream());
                    write(socket, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nbegun ");
                    write(socket, "got " + socket.getInputStream().readNBytes(length).length);
                });
                RunningProxy proxy = RunningProxy.startHttp(transport, upstream(peer)
                        + "server { listen 127.0.0.1:0; client_max_body_size 10m; location / { proxy_pass http://app; } }");
                Socket client = proxy.connect()) {
            write(client, "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: " + length + "\r\n\r\n");
            write(client, "x".repeat(20_000));
            InputStream in = client.getInputStream();
            assertThat(HttpWire.head(in)).startsWith("HTTP/1.1 200 OK\r\n");
            write(client, "x".repeat(length - 20_000));
            assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1)).contains("begun", "got " + length);
        }
    }

    /// A response that broke off ends the connection: what was asked for behind it is not answered into its rest.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aBrokenResponseIsNotContinuedByTheNextOne(Transport transport) throws Exception {
        try (TestUpstream peer = TestUpstream.start(socket -> {
                    HttpWire.head(socket.getInputStream());
                    write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nfirst part");
                });
                RunningProxy proxy = RunningProxy.startHttp(transport, upstream(peer)
                        + "server { listen 127.0.0.1:0; location / { proxy_pass http://app; } location /next { return 200 second; } }")) {
            String response = HttpWire.exchange(
                    proxy, "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(response).startsWith("HTTP/1.1 200 OK\r\n").endsWith("first part");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void errorPagesThatFailLeadNowhereForEver(Transport transport) throws Exception {
        try (TestUpstream peer = TestUpstream.start(Socket::close);
                RunningProxy proxy = RunningProxy.startHttp(transport, upstream(peer) + """
                        server {
                            listen 127.0.0.1:0;
                            recursive_error_pages on;
                            error_page 500 502 /sorry;
                            location / { proxy_pass http://app; }
                        }
                        """)) {
            String response = HttpWire.exchange(proxy, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(HttpWire.status(response)).isEqualTo(500);
            proxy.awaitErrorLog("cycle");
            assertThat(proxy.errorLog().lines().filter(line -> line.contains("cycle")).count()).isEqualTo(1);
        }
    }

    /// HTTP/1.0 has no chunks.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aBodyInChunksIsGatheredForHttp10(Transport transport) throws Exception {
        try (HttpOrigin origin = HttpOrigin.echo();
                RunningProxy proxy = RunningProxy.startHttp(transport, """
                        access_log off;
                        server {
                            listen 127.0.0.1:0;
                            location / { proxy_pass http://%s; proxy_http_version 1.0; proxy_request_buffering off; }
                        }
                        """.formatted(origin.address()))) {
            String start = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
            String small = HttpWire.exchange(proxy, start + "5\r\nhello\r\n0\r\n\r\n");
            assertThat(HttpWire.body(small)).contains("content-length: 5\n").endsWith("\n\nhello");
            String large = HttpWire.exchange(proxy, start + "7a120\r\n" + "x".repeat(500_000) + "\r\n0\r\n\r\n");
            assertThat(HttpWire.status(large)).isEqualTo(411);
        }
    }

    /// A handshake with a body, which a 101 leaves nobody to read.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void anUpgradeWithABodyIsRelayed(Transport transport) throws Exception {
        try (TestUpstream peer = TestUpstream.start(socket -> {
                    String head = HttpWire.head(socket.getInputStream());
                    assertThat(head).contains("Content-Length: 5");
                    socket.getInputStream().readNBytes(5);
                    write(socket, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
                    socket.getInputStream().transferTo(socket.getOutputStream());
                });
                RunningProxy proxy = RunningProxy.startHttp(transport, upstream(peer)
                        + "server { listen 127.0.0.1:0; location / { proxy_pass http://app; proxy_upgrade auto; } }");
                Socket client = proxy.connect()) {
            write(client, "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\nConnection: upgrade\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(HttpWire.head(client.getInputStream())).startsWith("HTTP/1.1 101 ");
            write(client, "after");
            assertThat(new String(client.getInputStream().readNBytes(5), StandardCharsets.ISO_8859_1)).isEqualTo("after");
        }
    }
}
