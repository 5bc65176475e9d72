package io.sluice.http;

import java.util.Set;
import java.util.TreeSet;

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

/// `server name resolve` in an `upstream {}` of http.
class UpstreamResolveTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    private final TestDns dns = TestDns.start();

    private final int port = FreePorts.next();

    @AfterEach
    void end() {
        dns.close();
    }

    private RunningProxy start(Transport transport, String servers) {
        return RunningProxy.startHttp(transport, """
                access_log off;
                upstream app { zone app 64k; resolver %s; %s }
                server { listen 127.0.0.1:0; location / { proxy_pass http://app; } }
                """.formatted(dns.address(), servers));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void peersFollowTheName(Transport transport) {
        dns.host("app.test", 1, "127.0.0.1");
        try (TestUpstream _ = TestUpstream.http("one", "127.0.0.1", port);
                TestUpstream _ = TestUpstream.http("two", "127.0.0.2", port);
                TestUpstream _ = TestUpstream.http("three", "127.0.0.3", port);
                RunningProxy proxy = start(transport, "server app.test:%d resolve;".formatted(port))) {
            Eventually.await("it resolves", () -> said(proxy).equals("one"));
            dns.host("app.test", 1, "127.0.0.2", "127.0.0.3");
            Eventually.await("the first is gone", () -> !said(proxy).equals("one"));
            assertThat(names(proxy, 6)).containsExactly("three", "two");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anUnresolvedNameIsBadGateway(Transport transport) {
        try (RunningProxy proxy = start(transport, "server app.test resolve;")) {
            assertThat(HttpWire.status(HttpWire.exchange(proxy, GET))).isEqualTo(502);
            proxy.awaitErrorLog("app.test could not be resolved (3: Host not found)");
            proxy.awaitErrorLog("no live upstreams while connecting to upstream");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void servicesWithWeightsAndBackups(Transport transport) {
        dns.service("_http._tcp.app.test", 60, "1 3 %d one.test".formatted(port), "1 1 %d two.test".formatted(port),
                "2 1 %d three.test".formatted(port));
        dns.host("one.test", 60, "127.0.0.1").host("two.test", 60, "127.0.0.2").host("three.test", 60, "127.0.0.3");
        try (TestUpstream one = TestUpstream.http("one", "127.0.0.1", port);
                TestUpstream two = TestUpstream.http("two", "127.0.0.2", port);
                TestUpstream three = TestUpstream.http("three", "127.0.0.3", port);
                RunningProxy proxy = start(transport, "server app.test service=_http._tcp resolve;")) {
            Eventually.await("it resolves", () -> !said(proxy).isEmpty());
            int ofOne = one.accepted();
            int ofTwo = two.accepted();
            names(proxy, 8);
            assertThat(one.accepted() - ofOne).isEqualTo(6);
            assertThat(two.accepted() - ofTwo).isEqualTo(2);
            assertThat(three.accepted()).isZero();
        }
    }

    private static Set<String> names(RunningProxy proxy, int exchanges) {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < exchanges; i++) {
            names.add(said(proxy));
        }
        return names;
    }

    /// The upstream's name; empty when there is none.
    private static String said(RunningProxy proxy) {
        String answer = HttpWire.exchange(proxy, GET);
        return HttpWire.status(answer) == 200 ? HttpWire.body(answer) : "";
    }
}
