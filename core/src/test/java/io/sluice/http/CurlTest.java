package io.sluice.http;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.Programs;
import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// What people type first: curl through the proxy.
class CurlTest {

    private final Path directory;

    CurlTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeEach
    void needsCurl() {
        assumeTrue(Programs.isInstalled("curl"), "no curl");
    }

    private String curl(String input, String... arguments) {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "--max-time", "30"));
        command.addAll(List.of(arguments));
        return Programs.output(directory, input, command);
    }

    private String server(HttpOrigin origin) throws Exception {
        Files.createDirectories(directory.resolve("files"));
        Files.writeString(directory.resolve("files/ten.txt"), "0123456789");
        return """
                access_log off;
                server {
                    listen 127.0.0.1:0;
                    listen 127.0.0.1:0 ssl;
                    %s
                    location / { proxy_pass http://%s; }
                    location /files/ { root %s; }
                }
                """.formatted(TestCertificate.make(directory).directives(), origin.address(), directory);
    }

    private static String url(RunningProxy proxy, int index, String scheme, String path) {
        return scheme + "://localhost:" + proxy.address(index).getPort() + path;
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void requestsOnOneConnection(Transport transport) throws Exception {
        try (HttpOrigin origin = HttpOrigin.echo();
                RunningProxy proxy = RunningProxy.startHttp(transport, server(origin))) {
            String first = url(proxy, 0, "http", "/first");
            String second = url(proxy, 0, "http", "/second");
            assertThat(curl("", "-w", "%{http_code} %{http_version} %{num_connects}\n", "-o", "/dev/null", "-o", "/dev/null", first, second))
                    .isEqualTo("200 1.1 1\n200 1.1 0\n");
            assertThat(curl("", "-I", first)).startsWith("HTTP/1.1 200 OK\r\n").contains("\r\nX-origin: yes\r\n").doesNotContain("Transfer-Encoding");
            assertThat(curl("", "-0", "-i", first)).startsWith("HTTP/1.1 200 OK\r\n").contains("\r\nConnection: close\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void uploads(Transport transport) throws Exception {
        try (HttpOrigin origin = HttpOrigin.echo();
                RunningProxy proxy = RunningProxy.startHttp(transport, server(origin))) {
            String target = url(proxy, 0, "http", "/upload");
            String body = "some text\n".repeat(50_000);
            assertThat(curl(body, "-H", "Expect: 100-continue", "--data-binary", "@-", target))
                    .contains("content-length: " + body.length() + "\n").endsWith(body);
            assertThat(curl(body, "-T", "-", target)).startsWith("PUT /upload\n").endsWith(body);
            assertThat(curl("", "-F", "field=value", target)).contains("content-type: multipart/form-data; boundary=");
            assertThat(curl("x".repeat(1_200_000), "-o", "/dev/null", "-w", "%{http_code}", "--data-binary", "@-", target))
                    .isEqualTo("413");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void partsOfFiles(Transport transport) throws Exception {
        try (HttpOrigin origin = HttpOrigin.echo();
                RunningProxy proxy = RunningProxy.startHttp(transport, server(origin))) {
            String file = url(proxy, 0, "http", "/files/ten.txt");
            assertThat(curl("", "-r", "2-4", file)).isEqualTo("234");
            Files.writeString(directory.resolve("part"), "01234");
            assertThat(curl("", "-C", "-", "-o", "part", file)).isEmpty();
            assertThat(directory.resolve("part")).hasContent("0123456789");
            assertThat(curl("", "-z", directory.resolve("files/ten.txt").toString(), "-o", "/dev/null", "-w", "%{http_code}", file))
                    .isEqualTo("304");
        }
    }

    /// HTTP/2 is offered by curl and not taken.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void overTls(Transport transport) throws Exception {
        try (HttpOrigin origin = HttpOrigin.echo();
                RunningProxy proxy = RunningProxy.startHttp(transport, server(origin))) {
            String target = url(proxy, 1, "https", "/secret");
            String authority = directory.resolve("cert.pem").toString();
            assertThat(curl("", "--cacert", authority, "--http2", "-w", "%{http_version} %{ssl_verify_result}\n", target))
                    .startsWith("GET /secret\n").endsWith("1.1 0\n");
            assertThat(curl("", "--cacert", authority, "--tls-max", "1.2", target)).startsWith("GET /secret\n");
            assertThat(curl("", "-o", "/dev/null", "-w", "%{http_code}", url(proxy, 1, "http", "/"))).isEqualTo("400");
        }
    }
}
