package io.sluice.http;

import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.RunningNginx;
import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// An origin that no one here wrote: Debian's nginx behind the proxy.
class NginxOriginTest {

    private static final String ORIGIN = """
            log_format connections '$connection $status $http_connection';
            access_log ${dir}/access.log connections;
            gzip on;
            gzip_min_length 100;
            gzip_proxied any;
            gzip_types text/plain;
            types { text/plain txt; }
            server {
                listen 127.0.0.1:0;
                root ${dir};
                location = /moved { return 302 http://$http_host/there; }
                location = /hidden { add_header X-Accel-Redirect /internal/; return 200; }
                location = /early { return 413; }
            }
            """;

    private static final String PROXY = """
            access_log off;
            upstream origin { server 127.0.0.1:%d; keepalive 4; }
            server {
                listen 127.0.0.1:0;
                location / { proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection ""; }
                location /internal/ { internal; return 200 "only from within"; }
            }
            """;

    @BeforeEach
    void needsNginx() {
        assumeTrue(RunningNginx.isInstalled(), "no nginx");
    }

    private static HttpResponse<byte[]> get(HttpClient client, RunningProxy proxy, String path, String... fields)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + proxy.address().getPort() + path));
        if (fields.length > 0) {
            request.headers(fields);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void filesRangesAndValidators(Transport transport) throws Exception {
        byte[] large = new byte[5_000_000];
        new Random(1).nextBytes(large);
        try (RunningNginx nginx = RunningNginx.startHttp(ORIGIN);
                RunningProxy proxy = RunningProxy.startHttp(transport, PROXY.formatted(nginx.address(0).getPort()));
                HttpClient client = HttpClient.newHttpClient()) {
            Files.write(nginx.directory().resolve("large"), large);
            Files.writeString(nginx.directory().resolve("text.txt"), "some text ".repeat(1000));
            HttpResponse<byte[]> whole = get(client, proxy, "/large");
            assertThat(whole.body()).isEqualTo(large);
            HttpResponse<byte[]> part = get(client, proxy, "/large", "Range", "bytes=1000000-1999999");
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).hasSize(1_000_000);
            assertThat(part.headers().firstValue("content-range")).contains("bytes 1000000-1999999/5000000");
            String etag = whole.headers().firstValue("etag").orElseThrow();
            assertThat(get(client, proxy, "/large", "If-None-Match", etag).statusCode()).isEqualTo(304);
            assertThat(get(client, proxy, "/none").statusCode()).isEqualTo(404);
            // Compressed while it is sent, so chunked.
            HttpResponse<byte[]> compressed = get(client, proxy, "/text.txt", "Accept-Encoding", "gzip");
            assertThat(compressed.headers().firstValue("content-encoding")).contains("gzip");
            assertThat(compressed.headers().firstValue("transfer-encoding")).contains("chunked");
            try (InputStream in = new java.util.zip.GZIPInputStream(new java.io.ByteArrayInputStream(compressed.body()))) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("some text ".repeat(1000));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void connectionsAreKept(Transport transport) throws Exception {
        try (RunningNginx nginx = RunningNginx.startHttp(ORIGIN);
                RunningProxy proxy = RunningProxy.startHttp(transport, PROXY.formatted(nginx.address(0).getPort()));
                HttpClient client = HttpClient.newHttpClient()) {
            Files.writeString(nginx.directory().resolve("small"), "small");
            for (int i = 0; i < 20; i++) {
                assertThat(get(client, proxy, "/small").statusCode()).isEqualTo(200);
            }
            List<String> lines = nginx.awaitLines("access.log", 20);
            Set<String> connections = new HashSet<>();
            lines.forEach(line -> connections.add(line.substring(0, line.indexOf(' '))));
            assertThat(connections).hasSize(1);
            assertThat(lines).allMatch(line -> line.endsWith(" 200 -"));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void redirectsAreRewrittenAndAcceleratedOnesFollowed(Transport transport) throws Exception {
        try (RunningNginx nginx = RunningNginx.startHttp(ORIGIN);
                RunningProxy proxy = RunningProxy.startHttp(transport, PROXY.formatted(nginx.address(0).getPort()));
                HttpClient client = HttpClient.newHttpClient()) {
            assertThat(get(client, proxy, "/moved").headers().firstValue("location"))
                    .contains("http://127.0.0.1:" + proxy.address().getPort() + "/there");
            assertThat(get(client, proxy, "/hidden").body()).asString().isEqualTo("only from within");
        }
    }

    /// nginx answers before it has the body, and closes: the answer arrives, whatever the client still sends.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAnswerBeforeTheBodyIsThere(Transport transport) throws Exception {
        String proxyText = PROXY.replace("listen 127.0.0.1:0;", "listen 127.0.0.1:0; client_max_body_size 100m; proxy_request_buffering off;");
        try (RunningNginx nginx = RunningNginx.startHttp(ORIGIN);
                RunningProxy proxy = RunningProxy.startHttp(transport, proxyText.formatted(nginx.address(0).getPort()));
                Socket socket = proxy.connect()) {
            socket.getOutputStream().write(
                    "POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 50000000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(new byte[10_000]);
            assertThat(HttpWire.head(socket.getInputStream())).startsWith("HTTP/1.1 413 ");
        }
    }
}
