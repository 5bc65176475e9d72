package io.sluice.http;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `X-Accel-Redirect`: an application decides, the proxy delivers.
class XAccelRedirectTest {

    private final Path directory;

    XAccelRedirectTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private static HttpOrigin redirecting(String to) {
        return HttpOrigin.start(exchange -> {
            exchange.getResponseHeaders().add("X-Accel-Redirect", to);
            exchange.getResponseHeaders().add("Content-Type", "application/x-report");
            exchange.getResponseHeaders().add("Content-Disposition", "attachment; filename=report");
            exchange.getResponseHeaders().add("Set-Cookie", "seen=1");
            exchange.getResponseHeaders().add("X-Other", "dropped");
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
    }

    private String answer(String to, String request) throws Exception {
        Files.createDirectories(directory.resolve("files"));
        Files.writeString(directory.resolve("files/a report"), "the report");
        Files.writeString(directory.resolve("secret"), "the secret");
        try (HttpOrigin origin = redirecting(to);
                RunningProxy proxy = RunningProxy.startHttp(Transport.EPOLL, """
                        access_log off;
                        server {
                            listen 127.0.0.1:0;
                            location / { proxy_pass http://%s; }
                            location /files/ { internal; root %s; }
                            location /echo { internal; return 200 "$uri?$args $request_method"; }
                            location @named { return 200 "named $request_method"; }
                        }
                        """.formatted(origin.address(), directory))) {
            return HttpWire.exchange(proxy, request + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/files/a%20report, the report",
        "/files/a report, the report",
        "/echo?x=%20, /echo?x=%20 GET",
        "@named, named POST",
    })
    void deliversWhatItNames(String to, String body) throws Exception {
        String response = answer(to, "POST /download");
        assertThat(HttpWire.status(response)).isEqualTo(200);
        assertThat(HttpWire.body(response)).isEqualTo(body);
        assertThat(response)
                .contains("Content-Type: application/x-report\r\n", "Content-Disposition: attachment; filename=report\r\n",
                        "Set-Cookie: seen=1\r\n")
                .doesNotContain("X-Other", "X-other");
    }

    @ParameterizedTest
    @CsvSource({"/files/../secret", "/files/%2e%2e/secret", "/files/..%2fsecret", "../secret", "/files/..", "?a", "/files/%zz", "/files/%00"})
    void isNotLedOut(String to) throws Exception {
        String response = answer(to, "GET /download");
        assertThat(HttpWire.status(response)).isEqualTo(404);
        assertThat(response).doesNotContain("secret");
    }
}
