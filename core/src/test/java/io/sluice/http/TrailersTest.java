package io.sluice.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

/// `add_trailer`, `proxy_pass_trailers`, and trailers of requests.
@SuppressWarnings("StringConcatToTextBlock") // the lines end in CR LF, which a text block hides
class TrailersTest {

    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum, X-Secret\r\n\r\n"
            + "5\r\nhello\r\n0\r\nX-Sum: 42\r\nX-Secret: s\r\nConnection: x\r\n\r\n";

    private static String get(RunningProxy proxy, String uri, String version) {
        return HttpWire.exchange(proxy, "GET " + uri + " HTTP/" + version + "\r\nHost: a\r\nConnection: close\r\n\r\n");
    }

    /// Answers every connection's head with the same bytes. Thread-safe.
    private record Origin(ServerSocket listening, BlockingQueue<String> heads) implements AutoCloseable {

        static Origin answering(String response) throws IOException {
            Origin origin = new Origin(
                    new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1")), new LinkedBlockingQueue<>());
            Thread.ofVirtual().start(() -> origin.serve(response));
            return origin;
        }

        private void serve(String response) {
            try {
                while (true) {
                    Socket socket = listening.accept();
                    InputStream in = socket.getInputStream();
                    Thread.ofVirtual().start(() -> {
                        try (socket) {
                            heads.add(HttpWire.head(in));
                            socket.getOutputStream().write(response.getBytes(ISO_8859_1));
                            in.readAllBytes();
                        } catch (IOException _) {
                            // The proxy has closed it.
                        }
                    });
                }
            } catch (IOException _) {
                // The test is over.
            }
        }

        String address() {
            return "127.0.0.1:" + listening.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aFieldIsAddedBehindTheBody(Transport transport, @TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("file.txt"), "x".repeat(100_000));
        try (RunningProxy proxy = RunningProxy.startHttp(transport, """
                log_format sent '$uri $sent_trailer_x_time|$sent_trailer_x_own';
                access_log ${dir}/access.log sent;
                add_trailer X-Own "v$uri";
                add_trailer X-Empty $arg_none;
                server {
                    listen 127.0.0.1:0;
                    root %s;
                    location = /own { return 200 "text"; }
                    location = /error { return 500 "text"; }
                    location = /always { add_trailer X-Always yes always; return 500 "text"; }
                }
                """.formatted(directory))) {
            String own = get(proxy, "/own", "1.1");
            assertThat(own).contains("Transfer-Encoding: chunked\r\n").doesNotContain("Content-Length")
                    .endsWith("\r\n\r\n4\r\ntext\r\n0\r\nX-Own: v/own\r\n\r\n");
            assertThat(get(proxy, "/own", "1.0")).contains("Content-Length: 4\r\n").endsWith("\r\n\r\ntext");
            assertThat(get(proxy, "/error", "1.1")).contains("Content-Length: 4\r\n").endsWith("\r\n\r\ntext");
            assertThat(get(proxy, "/always", "1.1")).endsWith("4\r\ntext\r\n0\r\nX-Always: yes\r\n\r\n");
            String file = get(proxy, "/file.txt", "1.1");
            assertThat(HttpWire.body(file)).startsWith("186a0\r\nxxxx").endsWith("xxxx\r\n0\r\nX-Own: v/file.txt\r\n\r\n");
            String head = HttpWire.exchange(proxy, "HEAD /file.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(head).contains("Content-Length: 100000\r\n").endsWith("\r\n\r\n");
            List<String> lines = proxy.awaitLines("access.log", 6);
            assertThat(lines).contains("/own -|v/own", "/file.txt -|v/file.txt", "/own -|-");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void trailersOfThePeerArePassedWhenWanted(Transport transport) throws Exception {
        try (Origin origin = Origin.answering(CHUNKED);
                RunningProxy proxy = RunningProxy.startHttp(transport, """
                        log_format sent '$uri $upstream_trailer_x_sum $sent_trailer_x_sum';
                        access_log ${dir}/access.log sent;
                        server {
                            listen 127.0.0.1:0;
                            location /plain { proxy_pass http://%1$s; }
                            location /passed {
                                proxy_pass http://%1$s;
                                proxy_set_header TE trailers;
                                proxy_set_header Connection te;
                                proxy_pass_trailers on;
                                proxy_hide_header X-Secret;
                                add_trailer X-Too "$upstream_trailer_x_sum";
                            }
                        }
                        """.formatted(origin.address()))) {
            assertThat(get(proxy, "/plain", "1.1")).endsWith("5\r\nhello\r\n0\r\n\r\n");
            assertThat(origin.heads().poll(20, TimeUnit.SECONDS)).doesNotContain("TE:");
            assertThat(get(proxy, "/passed", "1.1"))
                    .endsWith("5\r\nhello\r\n0\r\nX-Sum: 42\r\nX-Too: 42\r\n\r\n");
            assertThat(origin.heads().poll(20, TimeUnit.SECONDS)).contains("TE: trailers\r\n", "Connection: te\r\n");
            assertThat(get(proxy, "/passed", "1.0")).doesNotContain("chunked").endsWith("\r\n\r\nhello");
            assertThat(proxy.awaitLines("access.log", 3)).containsExactly("/plain - -", "/passed 42 42", "/passed 42 -");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void trailersOfARequestAreDropped(Transport transport) {
        try (HttpOrigin origin = HttpOrigin.echo();
                RunningProxy proxy = RunningProxy.startHttp(transport, """
                        access_log off;
                        server {
                            listen 127.0.0.1:0;
                            location / { proxy_pass http://%1$s; }
                            location /streamed { proxy_pass http://%1$s; proxy_request_buffering off; }
                        }
                        """.formatted(origin.address()))) {
            for (String uri : List.of("/", "/streamed")) {
                String response = HttpWire.exchange(proxy, "POST " + uri + " HTTP/1.1\r\nHost: a\r\n"
                        + "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 42\r\n\r\n"
                        + "GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                assertThat(response).contains("\n\nhello").contains("GET /next\n").doesNotContain("x-sum: 42");
            }
        }
    }
}
