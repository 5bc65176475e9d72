package io.sluice.http.routing;

import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.testing.RunningNginx;
import io.sluice.testing.Wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// What becomes of a peer's `Location`, `Refresh` and `Set-Cookie`.
class ResponseRewritesTest {

    private static final List<String> LOCATIONS = List.of(
            "http://unix:${dir}/peer:/base/x", "http://unix:${dir}/peer:/", "http://unix:${dir}/peer:/base", "http://other/x",
            "https://other/x/y", "/x", "x", "HTTP://other/x", "http://other.example/a/b?c", "");

    private static final List<String> COOKIES = List.of(
            "a=1", "a=1; Domain=example.com; Path=/app/x; Secure", "a=1;domain=.Example.COM;path=/app", "a = 1 ; Path = /app/",
            "a=1; Domain=other.com; Path=/x; HttpOnly; SameSite=None", "b=2; samesite; secure; secure", "abc=3; Path=/app",
            "a", "a; Path=/app", "a=1; Path", "=1; path=/app", "a=1;; Path=/app;", "b=1; SameSite=Strict; samesite=lax");

    @ParameterizedTest
    @ValueSource(strings = {
        "proxy_pass UPSTREAM/base/;",
        "proxy_pass UPSTREAM;",
        "proxy_pass UPSTREAM; proxy_redirect off;",
        "proxy_pass UPSTREAM/base/; proxy_redirect default;",
        "proxy_pass UPSTREAM/base/; proxy_redirect http://other/ /mine/;",
        "proxy_pass UPSTREAM/base/; proxy_redirect http://other/ http://$host/$uri/; proxy_redirect / /slash/;",
        "proxy_pass UPSTREAM/base/; proxy_redirect ~^(https?)://([^/]+)/(.*)$ $1://new/$2/$3;",
        "proxy_pass UPSTREAM/base/; proxy_redirect ~*^http://other/ /any;",
        "proxy_pass UPSTREAM/base/; proxy_redirect ~^http://(?<name>\\w+)/ /$name/; proxy_redirect default;",
        "set $x peer; proxy_pass http://unix:${dir}/$x:/base/;",
        "proxy_pass UPSTREAM; proxy_cookie_domain example.com new.org;",
        "proxy_pass UPSTREAM; proxy_cookie_domain .example.com .new.org; proxy_cookie_path /app/ /;",
        "proxy_pass UPSTREAM; proxy_cookie_domain ~^\\.?(\\w+)\\.com$ $1.org; proxy_cookie_path ~*^/APP(.*)$ /new$1;",
        "proxy_pass UPSTREAM; proxy_cookie_path / /$host/;",
        "proxy_pass UPSTREAM; proxy_cookie_flags a secure httponly samesite=strict;",
        "proxy_pass UPSTREAM; proxy_cookie_flags ~^A$ nosecure nohttponly nosamesite;",
        "proxy_pass UPSTREAM; proxy_cookie_flags b samesite=lax; proxy_cookie_flags ~ secure samesite=none;",
        "proxy_pass UPSTREAM; proxy_cookie_flags ~. nosecure secure samesite=lax;",
        "proxy_pass UPSTREAM; proxy_cookie_flags ~. nosamesite samesite=none samesite=strict;",
        "proxy_pass UPSTREAM; proxy_cookie_flags a nosecure; proxy_cookie_path /app /x; proxy_cookie_domain example.com x;",
    })
    void agrees(String directives) throws IOException {
        assumeTrue(RunningNginx.isInstalled(), "no nginx to compare with");
        String http = """
                absolute_redirect off;
                server {
                    listen 127.0.0.1:0;
                    location /app/ { %s }
                }
                """.formatted(directives).replace("UPSTREAM", "http://unix:${dir}/peer:") + """
                server {
                    listen unix:${dir}/peer;
                    add_header Set-Cookie $http_x_cookie;
                    add_header Refresh $http_x_refresh;
                    return 302 $http_x_location;
                }
                """;
        RoutedHttp routed = RoutedHttp.of(http);
        Location<String> location = Objects.requireNonNull(routed.first().server().nested().find("/app/", routed.request()));
        ResponseRewrites rewrites = ResponseRewrites.compile(location, routed.variables());
        try (RunningNginx nginx = RunningNginx.startHttp(http)) {
            for (int i = 0; i < Math.max(LOCATIONS.size(), COOKIES.size()); i++) {
                String url = LOCATIONS.get(i % LOCATIONS.size());
                String refresh = i % 3 == 0 ? "5" : "5; Url=" + url;
                String cookie = COOKIES.get(i % COOKIES.size());
                FakeRequest request = routed.request().with("host", "h");
                assertThat(request.target().parse("/app/x", true)).isTrue();
                String actual = changed(rewrites.location(url.replace("${dir}", "/prefix"), request), url) + '\n'
                        + changed(rewrites.refresh(refresh.replace("${dir}", "/prefix"), request), refresh) + '\n'
                        + changed(rewrites.setCookie(cookie, request), cookie);
                assertThat(actual.replace("/prefix", "${dir}")).isEqualTo(answer(nginx, url, refresh, cookie));
            }
        }
    }

    @Test
    void whatNoRuleFitsStays() {
        RoutedHttp routed = RoutedHttp.server("location / { proxy_pass http://127.0.0.1:1; }");
        Location<String> location = Objects.requireNonNull(routed.first().server().nested().find("/", routed.request()));
        ResponseRewrites rewrites = ResponseRewrites.compile(location, routed.variables());
        assertThat(rewrites.location("http://other/", routed.request())).isNull();
        assertThat(rewrites.location("http://127.0.0.1:1/x", routed.request())).isEqualTo("/x");
        assertThat(rewrites.refresh("5", routed.request())).isNull();
        assertThat(rewrites.setCookie("a=1; Path=/", routed.request())).isNull();
    }

    private static String changed(@Nullable String rewritten, String value) {
        return rewritten == null ? value : rewritten;
    }

    private static String answer(RunningNginx nginx, String url, String refresh, String cookie) throws IOException {
        String directory = nginx.directory().toString();
        try (Socket socket = nginx.connect(0)) {
            Wire.send(socket, "GET /app/x HTTP/1.0\r\nHost: h\r\nX-Location: " + url.replace("${dir}", directory)
                    + "\r\nX-Refresh: " + refresh.replace("${dir}", directory) + "\r\nX-Cookie: " + cookie + "\r\n\r\n");
            String response = Wire.readAll(socket).replace(directory, "${dir}");
            return field(response, "location") + '\n' + field(response, "refresh") + '\n' + field(response, "set-cookie");
        }
    }

    private static String field(String response, String name) {
        return response.lines()
                .takeWhile(line -> !line.isEmpty())
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElse("");
    }
}
