package io.sluice.http;

import java.util.HashSet;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.Eventually;
import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDns;
import io.sluice.testing.TestUpstream;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `resolver` and `resolver_timeout` of http: names that `proxy_pass` with variables comes to.
class ResolverTest {

    private static final String LOG = """
            log_format end '$status $upstream_addr $proxy_host';
            access_log ${dir}/access.log end;
            """;

    private static final String GET = "GET / HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\n\r\n";

    private final TestDns dns = TestDns.start();

    private final int port = FreePorts.next();

    @AfterEach
    void end() {
        dns.close();
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aComputedNameIsResolved(Transport transport) {
        dns.host("app.test", 60, "127.0.0.1");
        try (TestUpstream _ = TestUpstream.http("here", "127.0.0.1", port);
                RunningProxy proxy = RunningProxy.startHttp(transport, LOG + """
                        resolver %s;
                        server { listen 127.0.0.1:0; location / { proxy_pass http://$host:%d; } }
                        """.formatted(dns.address(), port))) {
            for (int i = 0; i < 3; i++) {
                assertThat(HttpWire.body(HttpWire.exchange(proxy, GET))).isEqualTo("here");
            }
            assertThat(proxy.awaitLines("access.log", 3))
                    .containsOnly("200 127.0.0.1:%1$d app.test:%1$d".formatted(port));
            assertThat(dns.asked("app.test")).as("A and AAAA, once").isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aLocationsOwnResolverGoesBefore(Transport transport) {
        dns.host("app.test", 60, "127.0.0.1");
        try (TestDns other = TestDns.start();
                TestUpstream _ = TestUpstream.http("here", "127.0.0.1", port);
                RunningProxy proxy = RunningProxy.startHttp(transport, LOG + """
                        resolver %s;
                        server {
                            listen 127.0.0.1:0;
                            location / {
                                resolver %s ipv6=off;
                                proxy_pass http://$host:%d;
                            }
                        }
                        """.formatted(other.address(), dns.address(), port))) {
            assertThat(HttpWire.body(HttpWire.exchange(proxy, GET))).isEqualTo("here");
            assertThat(dns.asked("app.test")).isEqualTo(1);
            assertThat(other.asked("app.test")).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void allAddressesTakePartAndNewOnesFollowTheirTime(Transport transport) {
        dns.host("app.test", 1, "127.0.0.1", "127.0.0.2");
        try (TestUpstream _ = TestUpstream.http("one", "127.0.0.1", port);
                TestUpstream _ = TestUpstream.http("two", "127.0.0.2", port);
                TestUpstream _ = TestUpstream.http("three", "127.0.0.3", port);
                RunningProxy proxy = RunningProxy.startHttp(transport, LOG + """
                        resolver %s;
                        server { listen 127.0.0.1:0; location / { proxy_pass http://$host:%d; } }
                        """.formatted(dns.address(), port))) {
            Set<String> seen = new HashSet<>();
            for (int i = 0; i < 4; i++) {
                seen.add(HttpWire.body(HttpWire.exchange(proxy, GET)));
            }
            assertThat(seen).containsExactlyInAnyOrder("one", "two");
            dns.host("app.test", 1, "127.0.0.3");
            Eventually.await("the new address is used",
                    () -> HttpWire.body(HttpWire.exchange(proxy, GET)).equals("three"));
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatDoesNotResolve(Transport transport) {
        try (RunningProxy proxy = RunningProxy.startHttp(transport, LOG + """
                resolver %s;
                resolver_timeout 200ms;
                server {
                    listen 127.0.0.1:0;
                    error_page 502 = /excuse;
                    location / { proxy_pass http://$host; }
                    location /excuse { return 200 "sorry"; }
                }
                """.formatted(dns.address()))) {
            assertThat(HttpWire.body(HttpWire.exchange(proxy, GET))).isEqualTo("sorry");
            proxy.awaitErrorLog("app.test could not be resolved (3: Host not found), client: 127.0.0.1");
            dns.fail(2);
            assertThat(HttpWire.body(HttpWire.exchange(proxy, GET))).isEqualTo("sorry");
            proxy.awaitErrorLog("app.test could not be resolved (2: Server failure), client: 127.0.0.1");
            dns.silent(true);
            assertThat(HttpWire.body(HttpWire.exchange(proxy, GET))).isEqualTo("sorry");
            proxy.awaitErrorLog("app.test could not be resolved (110: Operation timed out), client: 127.0.0.1");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatIsNoDestination(Transport transport) {
        try (RunningProxy proxy = RunningProxy.startHttp(transport, LOG + """
                server { listen 127.0.0.1:0; location / { proxy_pass http://$host$arg_rest; } }
                """)) {
            assertThat(HttpWire.status(HttpWire.exchange(proxy, GET))).isEqualTo(502);
            proxy.awaitErrorLog("no resolver defined to resolve app.test");
            assertThat(HttpWire.status(HttpWire.exchange(proxy, GET.replace("/ ", "/?rest=:70000 ")))).isEqualTo(500);
            proxy.awaitErrorLog("invalid port in upstream \"app.test:70000\"");
        }
    }

    /// The body comes while the name is resolved, more of it than is kept for nobody.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aBodyThatComesMeanwhile(Transport transport) {
        dns.host("app.test", 60, "127.0.0.1").hold();
        String body = "0123456789".repeat(20_000);
        try (HttpOrigin origin = HttpOrigin.echo();
                RunningProxy proxy = RunningProxy.startHttp(transport, LOG + """
                        resolver %s;
                        server { listen 127.0.0.1:0; location / { proxy_pass http://$host:%s; } }
                        """.formatted(dns.address(), origin.address().substring("127.0.0.1:".length())))) {
            Thread.ofVirtual().start(() -> {
                Eventually.await("it was asked", () -> dns.asked("app.test") == 2);
                dns.letGo();
            });
            String answer = HttpWire.exchange(proxy, """
                    POST / HTTP/1.1\r
                    Host: app.test\r
                    Connection: close\r
                    Content-Length: %d\r
                    \r
                    %s""".formatted(body.length(), body));
            assertThat(HttpWire.status(answer)).isEqualTo(200);
            assertThat(HttpWire.body(answer)).endsWith(body);
        }
    }
}
