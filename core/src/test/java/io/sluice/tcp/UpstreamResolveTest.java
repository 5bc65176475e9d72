package io.sluice.tcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
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
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `server name resolve` in `upstream {}`: peers that come and go while the server runs.
class UpstreamResolveTest {

    private static final String LOG = """
            log_format end '$status $session_outcome $upstream_addr';
            access_log ${dir}/access.log end;
            """;

    private final TestDns dns = TestDns.start();

    private final int port = FreePorts.next();

    @AfterEach
    void end() {
        dns.close();
    }

    private RunningProxy start(Transport transport, String servers) {
        return RunningProxy.start(transport, "worker_processes 2;", configuration(servers));
    }

    private String configuration(String servers) {
        return LOG + """
                resolver %s ipv6=off;
                upstream app { zone app 64k; %s }
                server { listen 127.0.0.1:0; proxy_pass app; }
                """.formatted(dns.address(), servers);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void peersFollowTheName(Transport transport) throws IOException {
        dns.host("app.test", 1, "127.0.0.1");
        try (TestUpstream one = TestUpstream.start();
                TestUpstream _ = TestUpstream.named("two", "127.0.0.2", one.port());
                RunningProxy proxy = start(transport, "server app.test:%d resolve;".formatted(one.port()))) {
            awaitPeers(proxy, 1);
            try (Socket running = proxy.connect()) {
                assertThat(Wire.echo(running, "hello")).isEqualTo("hello");
                dns.host("app.test", 1, "127.0.0.2");
                Eventually.await("the new peer is used", () -> said(proxy).equals("two"));
                for (int i = 0; i < 4; i++) {
                    assertThat(said(proxy)).isEqualTo("two");
                }
                assertThat(Wire.echo(running, "still here")).as("the session that began before").isEqualTo("still here");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aNameIsAskedForOnceForAllWorkersAndGroups(Transport transport) {
        dns.host("app.test", 60, "127.0.0.1");
        try (TestUpstream _ = TestUpstream.named("one", port);
                RunningProxy proxy = RunningProxy.start(transport, "worker_processes 3;", configuration(
                        "server app.test:%d resolve;".formatted(port)) + """
                        upstream other { zone other 64k; server app.test:%1$d resolve; server app.test:9 resolve backup; }
                        server { listen 127.0.0.1:0; proxy_pass other; }
                        server { listen 127.0.0.1:0; set $name app.test; proxy_pass $name:%1$d; }
                        """.formatted(port))) {
            Eventually.await("it resolves", () -> said(proxy).equals("one"));
            for (int i = 0; i < 9; i++) {
                assertThat(said(proxy, i % 3)).isEqualTo("one");
            }
            assertThat(dns.asked("app.test")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void severalAddressesAndFixedPeersTakePart(Transport transport) {
        dns.host("app.test", 60, "127.0.0.1", "127.0.0.2");
        try (TestUpstream _ = TestUpstream.named("one", port);
                TestUpstream _ = TestUpstream.named("two", "127.0.0.2", port);
                TestUpstream _ = TestUpstream.named("fixed", "127.0.0.3", port);
                RunningProxy proxy = start(transport,
                        "server app.test:%1$d resolve; server 127.0.0.3:%1$d;".formatted(port))) {
            awaitPeers(proxy, 2);
            assertThat(names(proxy, 6)).containsExactly("fixed", "one", "two");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anUnresolvedNameDoesNotPreventTheStart(Transport transport) {
        try (TestUpstream _ = TestUpstream.named("one", port);
                RunningProxy proxy = start(transport, "server app.test:%d resolve;".formatted(port))) {
            assertThat(said(proxy)).isEmpty();
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("502 no_live_upstream app");
            proxy.awaitErrorLog("app.test could not be resolved (3: Host not found)");
            proxy.awaitErrorLog("no live upstreams while connecting to upstream");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aBackupServesUntilANameResolves(Transport transport) {
        for (String method : new String[] {"hash $remote_port;", "hash a consistent;", "random two;", "least_conn;"}) {
            try (RunningProxy proxy = start(transport, method + "server app.test:%d resolve;".formatted(port))) {
                assertThat(said(proxy)).as(method).isEmpty();
            }
        }
        try (TestUpstream _ = TestUpstream.named("backup", "127.0.0.2", port);
                RunningProxy proxy = start(transport,
                        "server app.test:%1$d resolve; server 127.0.0.2:%1$d backup;".formatted(port))) {
            assertThat(said(proxy)).isEqualTo("backup");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void lookUpsThatFailChangeNothing(Transport transport) {
        dns.host("app.test", 1, "127.0.0.1");
        try (TestUpstream _ = TestUpstream.named("one", port);
                RunningProxy proxy = start(transport, "resolver_timeout 1s; server app.test:%d resolve;".formatted(port))) {
            awaitPeers(proxy, 1);
            dns.fail(2);
            proxy.awaitErrorLog("app.test could not be resolved (2: Server failure)");
            assertThat(said(proxy)).isEqualTo("one");
            dns.fail(0);
            dns.silent(true);
            proxy.awaitErrorLog("app.test could not be resolved (110: Operation timed out)");
            assertThat(said(proxy)).isEqualTo("one");
        }
    }

    /// As in nginx, a name that exists no more has no peers.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aNameThatIsGoneLeavesNoPeers(Transport transport) {
        dns.host("app.test", 1, "127.0.0.1");
        try (TestUpstream _ = TestUpstream.named("one", port);
                RunningProxy proxy = start(transport, "server app.test:%d resolve;".formatted(port))) {
            awaitPeers(proxy, 1);
            dns.remove("app.test");
            proxy.awaitErrorLog("app.test of upstream \"app\" is nowhere");
            assertThat(said(proxy)).isEmpty();
            dns.silent(true);
            assertThat(proxy.reload("worker_processes 1;", configuration(
                    "server app.test:%d resolve;".formatted(port))).succeeded()).isTrue();
            assertThat(said(proxy)).as("nor does a reload bring them back").isEmpty();
        }
    }

    /// Whoever is asked from now on: what is known of the name holds until there is an answer.
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aChangeOfTheResolverKeepsWhatIsKnown(Transport transport) {
        dns.host("app.test", 3600, "127.0.0.1");
        dns.service("_app._tcp.app.test", 3600, "10 1 %d one.test".formatted(port)).host("one.test", 3600, "127.0.0.1");
        try (TestUpstream _ = TestUpstream.named("one", port)) {
            for (String servers : new String[] {"server app.test:%d resolve;".formatted(port),
                    "server app.test service=APP resolve;"}) {
                try (RunningProxy proxy = start(transport, servers)) {
                    awaitPeers(proxy, 1);
                    dns.silent(true);
                    for (int i = 1; i < 3; i++) {
                        String changed = configuration(servers).replace("ipv6=off", "valid=" + i + "h");
                        assertThat(proxy.reload("worker_processes 2;", changed).succeeded()).isTrue();
                        assertThat(names(proxy, 3)).as("without waiting for an answer").containsExactly("one");
                    }
                    dns.silent(false);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void services(Transport transport) {
        dns.service("_app._tcp.app.test", 1, "10 1 %d one.test".formatted(port), "20 1 %d two.test".formatted(port));
        dns.host("one.test", 60, "127.0.0.1").host("two.test", 60, "127.0.0.2");
        try (TestUpstream _ = TestUpstream.named("two", "127.0.0.2", port);
                RunningProxy proxy = start(transport, "server app.test service=app resolve;")) {
            proxy.awaitErrorLog("service app of app.test of upstream \"app\" is 127.0.0.");
            try (TestUpstream _ = TestUpstream.named("one", port)) {
                assertThat(names(proxy, 4)).as("the lowest priority").containsExactly("one");
            }
            assertThat(said(proxy)).as("the others are backups").isEqualTo("two");
            dns.service("_app._tcp.app.test", 1, "30 1 %d two.test".formatted(port));
            proxy.awaitErrorLog("service app of app.test of upstream \"app\" is 127.0.0.2:%d".formatted(port));
            assertThat(names(proxy, 4)).containsExactly("two");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aReloadKeepsWhatIsKnownAndOldGenerationsStopAsking(Transport transport) {
        dns.host("app.test", 3600, "127.0.0.1").host("old.test", 1, "127.0.0.1");
        try (TestUpstream _ = TestUpstream.named("one", port);
                RunningProxy proxy = start(transport,
                        "server app.test:%1$d resolve; server old.test:%1$d resolve;".formatted(port))) {
            awaitPeers(proxy, 1);
            Eventually.await("it is asked again and again", () -> dns.asked("old.test") > 1);
            dns.silent(true);
            assertThat(proxy.reload("worker_processes 1;", configuration(
                    "server app.test:%d resolve;".formatted(port))).succeeded()).isTrue();
            int asked = dns.asked("old.test");
            assertThat(names(proxy, 3)).as("without waiting for an answer").containsExactly("one");
            dns.silent(false);
            dns.host("new.test", 1, "127.0.0.1");
            assertThat(proxy.reload("worker_processes 1;", configuration(
                    "server new.test:%d resolve;".formatted(port))).succeeded()).isTrue();
            Eventually.await("the new one is asked for", () -> dns.asked("new.test") > 2);
            // A question that was on its way may have been repeated.
            assertThat(dns.asked("old.test")).isLessThanOrEqualTo(asked + 1);
            assertThat(dns.asked("app.test")).isEqualTo(1);
        }
    }

    private static void awaitPeers(RunningProxy proxy, int count) {
        String[] last = new String[1];
        Eventually.await(() -> count + " peers: " + last[0], () -> {
            last[0] = proxy.errorLog();
            return last[0].lines().anyMatch(line -> line.contains("of upstream \"app\" is 127.0.0.")
                    && line.split(", ").length == count);
        });
    }

    private static Set<String> names(RunningProxy proxy, int sessions) {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < sessions; i++) {
            names.add(said(proxy));
        }
        return names;
    }

    private static String said(RunningProxy proxy) {
        return said(proxy, 0);
    }

    /// What the upstream says at once; empty when the proxy closes the connection.
    private static String said(RunningProxy proxy, int listener) {
        byte[] bytes = new byte[100];
        try (Socket socket = proxy.connect(listener)) {
            socket.getOutputStream().write('.');
            int length = socket.getInputStream().read(bytes);
            return length < 0 ? "" : new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        } catch (SocketException _) {
            // Closed with the byte unread.
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
