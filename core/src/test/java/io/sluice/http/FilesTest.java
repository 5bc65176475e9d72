package io.sluice.http;

import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// Files: `root`, `alias`, `try_files`, ranges, over plain text and TLS, to slow readers.
class FilesTest {

    private static final int LARGE = 20_000_000;

    @TempDir
    private Path directory = Path.of("");

    private final byte[] large = new byte[LARGE];

    @BeforeEach
    void write() throws Exception {
        new Random(7).nextBytes(large);
        Files.write(directory.resolve("large.bin"), large);
        Files.createDirectory(directory.resolve("sub"));
        Files.writeString(directory.resolve("sub/index.html"), "index");
        Files.writeString(directory.resolve("sub/käse.txt"), "cheese");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void wholeAndInRanges(Transport transport) {
        try (RunningProxy proxy = start(transport, "location / { root %s; }")) {
            String whole = HttpWire.exchange(proxy, get("/large.bin", ""));
            assertThat(HttpWire.body(whole).getBytes(StandardCharsets.ISO_8859_1)).isEqualTo(large);
            String range = HttpWire.exchange(proxy, get("/large.bin", "Range: bytes=1000-1999\r\n"));
            assertThat(HttpWire.status(range)).isEqualTo(206);
            assertThat(range).contains("Content-Range: bytes 1000-1999/" + LARGE + "\r\n");
            assertThat(HttpWire.body(range).getBytes(StandardCharsets.ISO_8859_1))
                    .isEqualTo(java.util.Arrays.copyOfRange(large, 1000, 2000));
            String several = HttpWire.exchange(proxy, get("/large.bin", "Range: bytes=0-4,-5\r\n"));
            assertThat(several).contains("Content-Type: multipart/byteranges; boundary=").contains("bytes 0-4/" + LARGE);
            String unsatisfiable = HttpWire.exchange(proxy, get("/large.bin", "Range: bytes=99999999-\r\n"));
            assertThat(HttpWire.status(unsatisfiable)).isEqualTo(416);
            assertThat(HttpWire.status(HttpWire.exchange(proxy, get("/absent", "")))).isEqualTo(404);
            String redirect = HttpWire.exchange(proxy, get("/sub", ""));
            assertThat(redirect).startsWith("HTTP/1.1 301 ").contains("/sub/\r\n");
            assertThat(HttpWire.body(HttpWire.exchange(proxy, get("/sub/", "")))).isEqualTo("index");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void overTls(Transport transport) throws Exception {
        TestCertificate certificate = TestCertificate.make(directory);
        try (RunningProxy proxy = RunningProxy.startHttp(transport, """
                        access_log off;
                        server { listen 127.0.0.1:0 ssl; %s location / { root %s; } }
                        """.formatted(certificate.directives(), directory));
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(certificate.trusting())
                        .build()) {
            URI uri = URI.create("https://localhost:" + proxy.address().getPort() + "/large.bin");
            HttpRequest request = HttpRequest.newBuilder(uri).build();
            assertThat(client.send(request, BodyHandlers.ofByteArray()).body()).isEqualTo(large);
        }
    }

    /// The connection may be kept, and its timeout is shorter than the download takes.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aReaderMayBeSlowerThanTheTimeouts(Transport transport) throws Exception {
        try (RunningProxy proxy = start(
                        transport, "keepalive_timeout 500ms; send_timeout 1s; location / { root %s; }");
                Socket client = proxy.connect()) {
            client.getOutputStream().write(
                    "GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = client.getInputStream();
            HttpWire.head(in);
            long start = System.nanoTime();
            int read = 0;
            while (read < LARGE) {
                // Sixteen times a second, so that bytes move within each timeout, but all in all longer than either.
                int wanted = Math.min(LARGE - read, LARGE / 40);
                assertThat(in.readNBytes(wanted)).isEqualTo(java.util.Arrays.copyOfRange(large, read, read + wanted));
                read += wanted;
                long due = start + TimeUnit.MILLISECONDS.toNanos(2500L * read / LARGE);
                while (System.nanoTime() < due) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aReaderThatReadsNothingIsGivenUp(Transport transport) throws Exception {
        try (RunningProxy proxy = start(transport, "send_timeout 300ms; location / { root %s; }");
                Socket client = proxy.connect()) {
            client.getOutputStream().write(
                    "GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            proxy.awaitErrorLog("client timed out while sending to client");
            proxy.awaitNoSessions();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void limitRate(Transport transport) {
        try (RunningProxy proxy = start(
                transport, "limit_rate 500k; limit_rate_after 1m; location / { root %s; } location /x { return 200 x; }")) {
            long start = System.nanoTime();
            String range = HttpWire.exchange(proxy, get("/large.bin", "Range: bytes=0-2097151\r\n"));
            assertThat(HttpWire.body(range)).hasSize(2 << 20);
            // 1m at once, half a second's worth in each second that begins: the last byte may go in the third.
            assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1900));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void namesOutsideAsciiAndInheritedAliases(Transport transport) {
        try (RunningProxy proxy = start(transport, """
                location /s/ {
                    alias %1$s/sub/;
                    location ~ \\.txt$ { add_header X-Nested yes; }
                    if ($arg_if) { add_header X-If yes; }
                }
                location /try/ { root %1$s; try_files /sub/$arg_name =404; }
                """)) {
            String nested = HttpWire.exchange(proxy, get("/s/k%C3%A4se.txt", ""));
            assertThat(nested).contains("X-Nested: yes\r\n").endsWith("\r\n\r\ncheese");
            assertThat(HttpWire.exchange(proxy, get("/s/index.html?if=1", "")))
                    .contains("X-If: yes\r\n").endsWith("\r\n\r\nindex");
        }
        try (RunningProxy proxy = start(transport, "location / { root %1$s; try_files $uri /sub$uri =404; }")) {
            assertThat(HttpWire.body(HttpWire.exchange(proxy, get("/k%C3%A4se.txt", "")))).isEqualTo("cheese");
        }
    }

    private RunningProxy start(Transport transport, String server) {
        return RunningProxy.startHttp(transport, "access_log off;\nserver { listen 127.0.0.1:0; %s }"
                .formatted(server.formatted(directory)));
    }

    private static String get(String uri, String fields) {
        return "GET " + uri + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + fields + "\r\n";
    }
}
