package io.sluice.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;

import com.sun.net.httpserver.HttpHandler;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.Eventually;
import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

/// `sticky`, and `route=` and `drain` of `server`.
@SuppressWarnings("StringConcatToTextBlock") // the lines end in CR LF, which a text block hides
class StickyTest {

    private static final Pattern COOKIE = Pattern.compile("Set-Cookie: srv=([^;\r]*)([^\r]*)\r\n");

    /// Three peers that say who they are.
    private record Peers(List<HttpOrigin> origins) implements AutoCloseable {

        static Peers start(HttpHandler... handlers) {
            List<HttpOrigin> origins = new ArrayList<>();
            for (HttpHandler handler : handlers) {
                origins.add(HttpOrigin.start(handler));
            }
            return new Peers(origins);
        }

        static Peers three() {
            return start(HttpOrigin.answering(200, "a"), HttpOrigin.answering(200, "b"), HttpOrigin.answering(200, "c"));
        }

        String address(int index) {
            return origins.get(index).address();
        }

        @Override
        public void close() {
            origins.forEach(HttpOrigin::close);
        }
    }

    private static String get(RunningProxy proxy, String uri, String cookie) {
        return HttpWire.exchange(proxy, "GET " + uri + " HTTP/1.1\r\nHost: a\r\n"
                + (cookie.isEmpty() ? "" : "Cookie: x=y; " + cookie + "\r\n") + "Connection: close\r\n\r\n");
    }

    private static String served(RunningProxy proxy, String uri, String cookie) {
        return HttpWire.body(get(proxy, uri, cookie));
    }

    private static List<String> cookies(String response) {
        return COOKIE.matcher(response).results().map(found -> found.group(1)).toList();
    }

    private static String group(Peers peers, String parameters, String sticky) {
        return """
                access_log off;
                upstream back {
                    server %s %s;
                    server %s;
                    server %s;
                    %s
                }
                server { listen 127.0.0.1:0; location / { proxy_pass http://back; } }
                """.formatted(peers.address(0), parameters, peers.address(1), peers.address(2), sticky);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aCookieBringsTheClientBack(Transport transport) {
        try (Peers peers = Peers.three();
                RunningProxy proxy = RunningProxy.startHttp(transport, group(peers, "", "sticky cookie srv;"))) {
            Set<String> all = new HashSet<>();
            for (int i = 0; i < 6; i++) {
                String first = get(proxy, "/", "");
                assertThat(cookies(first)).singleElement().asString().hasSize(32);
                assertThat(first).contains("Set-Cookie: srv=" + cookies(first).getFirst() + "\r\n");
                all.add(HttpWire.body(first));
                for (int j = 0; j < 4; j++) {
                    String again = get(proxy, "/", "srv=" + cookies(first).getFirst());
                    assertThat(HttpWire.body(again)).isEqualTo(HttpWire.body(first));
                    assertThat(cookies(again)).as("on every response").isEqualTo(cookies(first));
                }
            }
            assertThat(all).containsExactlyInAnyOrder("a", "b", "c");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theCookieHasItsAttributesInNginxOrder(Transport transport) {
        try (Peers peers = Peers.three();
                RunningProxy proxy = RunningProxy.startHttp(transport, """
                        access_log off;
                        map $arg_site $site { default $arg_site; }
                        map $arg_domain $domain { default $arg_domain; }
                        upstream all {
                            server %s route=one;
                            sticky cookie srv path=/app secure samesite=$site httponly domain=$domain expires=1h;
                        }
                        upstream forever { server %s route=two; sticky cookie srv expires=max; }
                        server {
                            listen 127.0.0.1:0;
                            location / { proxy_pass http://all; proxy_hide_header Set-Cookie; }
                            location /forever { proxy_pass http://forever; add_header X-Cookie $sent_http_set_cookie; }
                        }
                        """.formatted(peers.address(0), peers.address(1)))) {
            assertThat(get(proxy, "/?domain=.example.com&site=Lax", "")).containsPattern(
                    "Set-Cookie: srv=one; expires=[^;]+ GMT; max-age=3600; domain=.example.com; httponly; secure;"
                            + " samesite=Lax; path=/app\r\n");
            assertThat(get(proxy, "/?site=often", ""))
                    .containsPattern("max-age=3600; httponly; secure; samesite=strict; path=/app\r\n");
            assertThat(get(proxy, "/", "")).containsPattern("max-age=3600; httponly; secure; path=/app\r\n");
            assertThat(get(proxy, "/forever", ""))
                    .contains("Set-Cookie: srv=two; expires=Thu, 31-Dec-37 23:55:55 GMT; max-age=315360000\r\n");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theCookieNamesThePeerThatAnswersInTheEnd(Transport transport) {
        int refused = FreePorts.next();
        try (HttpOrigin origin = HttpOrigin.echo();
                RunningProxy proxy = RunningProxy.startHttp(transport, """
                        access_log off;
                        upstream back {
                            server 127.0.0.1:%d route=gone max_fails=0;
                            server %s route=there;
                            sticky cookie srv;
                        }
                        upstream nobody { server 127.0.0.1:%d route=gone; sticky cookie srv; }
                        server {
                            listen 127.0.0.1:0;
                            location / { proxy_pass http://back; }
                            location /nobody { proxy_pass http://nobody; }
                        }
                        """.formatted(refused, origin.address(), refused))) {
            String response = get(proxy, "/", "srv=gone");
            assertThat(HttpWire.status(response)).isEqualTo(200);
            assertThat(cookies(response)).containsExactly("there");
            String error = get(proxy, "/nobody", "");
            assertThat(HttpWire.status(error)).isEqualTo(502);
            assertThat(cookies(error)).as("an answer of our own has it, too").containsExactly("gone");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theFirstRouteThatIsToldCounts(Transport transport) {
        try (Peers peers = Peers.three();
                RunningProxy proxy = RunningProxy.startHttp(transport, """
                        access_log off;
                        upstream back {
                            server %s route=a;
                            server %s route=b;
                            server %s route=c;
                            sticky route $cookie_route $arg_route;
                        }
                        server { listen 127.0.0.1:0; location / { proxy_pass http://back; } }
                        """.formatted(peers.address(0), peers.address(1), peers.address(2)))) {
            for (int i = 0; i < 4; i++) {
                assertThat(served(proxy, "/?route=b", "route=c")).isEqualTo("c");
                assertThat(served(proxy, "/?route=b", "route=")).isEqualTo("b");
                assertThat(served(proxy, "/?route=a", "")).isEqualTo("a");
            }
            assertThat(served(proxy, "/?route=unknown", "")).isIn("a", "b", "c");
            assertThat(get(proxy, "/", "")).doesNotContain("Set-Cookie");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aDrainingPeerKeepsItsSessionsOnly(Transport transport) {
        try (Peers peers = Peers.three();
                RunningProxy proxy = RunningProxy.startHttp(transport, group(peers, "route=first", "sticky cookie srv;"))) {
            assertThat(served(proxy, "/", "srv=first")).isEqualTo("a");
            assertThat(proxy.reloadHttp(group(peers, "route=first drain", "sticky cookie srv;")).succeeded()).isTrue();
            for (int i = 0; i < 9; i++) {
                assertThat(served(proxy, "/", "")).isIn("b", "c");
                assertThat(served(proxy, "/", "srv=first")).isEqualTo("a");
            }
        }
    }

    private static HttpHandler login(String name, CountDownLatch finish) {
        return exchange -> {
            if (exchange.getRequestURI().getPath().startsWith("/login")) {
                exchange.getResponseHeaders().add("Set-Cookie", "session=of-" + name + "; path=/");
            }
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(name.getBytes(ISO_8859_1));
            exchange.getResponseBody().flush();
            if (exchange.getRequestURI().getPath().equals("/login/slow")) {
                try {
                    finish.await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            }
            exchange.close();
        };
    }

    private static String learning(String header) {
        return "sticky learn create=$upstream_cookie_session lookup=$cookie_session zone=sessions:1m " + header + ";";
    }

    private static String body(String response) {
        // One chunk, and the last.
        return HttpWire.body(response).replaceAll("\r\n|^1|0", "");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aSessionIsLearnedFromTheResponseThatBeginsIt(Transport transport) {
        CountDownLatch never = new CountDownLatch(1);
        try (Peers peers = Peers.start(login("a", never), login("b", never), login("c", never));
                RunningProxy proxy = RunningProxy.startHttp(transport, group(peers, "", learning("")))) {
            Set<String> homes = new HashSet<>();
            for (int i = 0; i < 3; i++) {
                String home = body(get(proxy, "/login", ""));
                homes.add(home);
                for (int j = 0; j < 4; j++) {
                    assertThat(body(get(proxy, "/", "session=of-" + home))).isEqualTo(home);
                }
            }
            assertThat(homes).containsExactlyInAnyOrder("a", "b", "c");
            assertThat(proxy.reloadHttp(group(peers, "", learning("timeout=5m"))).succeeded()).isTrue();
            for (int i = 0; i < 4; i++) {
                assertThat(body(get(proxy, "/", "session=of-b"))).as("known after a reload").isEqualTo("b");
            }
            Set<String> strangers = new HashSet<>();
            for (int i = 0; i < 6; i++) {
                strangers.add(body(get(proxy, "/", "session=unknown")));
            }
            assertThat(strangers).hasSize(3);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void withHeaderASessionIsLearnedBeforeTheBody(Transport transport) throws Exception {
        for (boolean early : new boolean[] {true, false}) {
            CountDownLatch finish = new CountDownLatch(1);
            try (Peers peers = Peers.start(login("a", finish), login("b", finish), login("c", finish));
                    RunningProxy proxy = RunningProxy.startHttp(
                            transport, group(peers, "", learning(early ? "header" : "")));
                    var slow = proxy.connect()) {
                slow.getOutputStream().write("GET /login/slow HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(ISO_8859_1));
                HttpWire.head(slow.getInputStream());
                Set<String> homes = new HashSet<>();
                for (int i = 0; i < 6; i++) {
                    homes.add(body(get(proxy, "/", "session=of-a")));
                }
                assertThat(homes).hasSize(early ? 1 : 3);
                finish.countDown();
                // Whoever serves it at that moment has it from then on.
                Eventually.await(() -> "learned at the end", () -> {
                    Set<String> after = new HashSet<>();
                    for (int i = 0; i < 3; i++) {
                        after.add(body(get(proxy, "/", "session=of-a")));
                    }
                    return after.size() == 1;
                });
            } finally {
                finish.countDown();
            }
        }
    }
}
