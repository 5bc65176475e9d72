package io.sluice.udp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.sluice.testing.Datagram;
import io.sluice.testing.Eventually;
import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningNginx;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// The same configuration, the same datagrams: nginx and Sluice give the same answers, divide the datagrams into the same
/// flows, and log the same lines.
///
/// A refused datagram is not compared: nginx takes the ICMP message for an answer, sends the client an empty datagram and
/// logs status 200.
class NginxAgreementTest {

    private static final String UPSTREAM = "UPSTREAM";

    private static final String SILENT = "SILENT";

    private static final String NOBODY = "NOBODY";

    private static final String OTHER_CLIENT = "#";

    private static final String AWAITED_IN_LOG = "!";

    // Places in a line of the log.
    private static final int UPSTREAM_ADDR = 6;

    private static final int UPSTREAM_BYTES_SENT = 7;

    private static final String LOG = """
            log_format end '$status|$bytes_sent|$bytes_received|$protocol|$remote_addr|$server_addr|$upstream_addr'
                '|$upstream_bytes_sent|$upstream_bytes_received|$limit_conn_status';
            access_log ${dir}/access.log end;
            """;

    @BeforeAll
    static void nginxIsThere() {
        assumeTrue(RunningNginx.isInstalled(), "no nginx to compare with");
    }

    /// What is compared, directives of the server, of the stream context, the lines that are logged, and the datagrams: the
    /// upstream sends each back as often as its first digit says; `#` is the other client's, and after `!` the next one
    /// waits for a line in the log.
    static Stream<Arguments> configurations() {
        return Stream.of(
                Arguments.of("relayed", "proxy_pass UPSTREAM; proxy_timeout 300ms;", "", 2, "1a 2bb 0ccc 1d #1e"),
                Arguments.of("responses 0", "proxy_pass UPSTREAM; proxy_responses 0;", "", 2, "!0a !0bb"),
                Arguments.of("responses 0, at once", "proxy_pass UPSTREAM; proxy_responses 0;", "", 3, "0a 0bb 0ccc"),
                Arguments.of("responses 1", "proxy_pass UPSTREAM; proxy_responses 1;", "", 3, "1a 1bb 1ccc"),
                Arguments.of("responses 1, unanswered", "proxy_pass UPSTREAM; proxy_responses 1; proxy_timeout 300ms;",
                        "", 1, "0a 0bb"),
                Arguments.of("responses 1, late", "proxy_pass UPSTREAM; proxy_responses 1;", "", 2, "0a 2bb 1c"),
                Arguments.of("responses 2", "proxy_pass UPSTREAM; proxy_responses 2;", "", 2, "2a 2bb"),
                Arguments.of("responses 2, in two", "proxy_pass UPSTREAM; proxy_responses 2;", "", 2, "1a 3bb 2c"),
                Arguments.of("responses 2, one missing", "proxy_pass UPSTREAM; proxy_responses 2; proxy_timeout 300ms;",
                        "", 1, "1a"),
                Arguments.of("requests 1", "proxy_pass UPSTREAM; proxy_requests 1; proxy_timeout 300ms;", "", 3,
                        "1a 2bb 0ccc"),
                Arguments.of("requests 2", "proxy_pass UPSTREAM; proxy_requests 2; proxy_timeout 300ms;", "", 4,
                        "1a 1bb 1ccc 1d 1e #1f"),
                Arguments.of("requests 2, at once", "proxy_pass UPSTREAM; proxy_requests 2; proxy_timeout 300ms;", "", 3,
                        "0a 0bb 0ccc 0d 0e"),
                Arguments.of("requests 1, responses 1", "proxy_pass UPSTREAM; proxy_requests 1; proxy_responses 1;", "", 2,
                        "1a 1bb"),
                Arguments.of("requests 2, responses 1",
                        "proxy_pass UPSTREAM; proxy_requests 2; proxy_responses 1; proxy_timeout 300ms;", "", 3,
                        "1a 1bb 1ccc 1d 1e"),
                Arguments.of("requests 2, responses 0",
                        "proxy_pass UPSTREAM; proxy_requests 2; proxy_responses 0; proxy_timeout 300ms;", "", 2,
                        "1a !0b 1c"),
                Arguments.of("requests 3, responses 2",
                        "proxy_pass UPSTREAM; proxy_requests 3; proxy_responses 2; proxy_timeout 300ms;", "", 2,
                        "2a 2bb 2ccc 2d"),
                Arguments.of("requests 2, responses 1, unanswered",
                        "proxy_pass UPSTREAM; proxy_requests 2; proxy_responses 1; proxy_timeout 300ms;", "", 2,
                        "0a 1bb 0ccc"),
                Arguments.of("empty", "proxy_pass UPSTREAM; proxy_responses 1;", "", 3, ", 1a ,"),
                Arguments.of("returned", "return '$remote_addr $protocol';", "", 3, "1a 1 #1bb"),
                Arguments.of("returned nothing", "return '';", "", 2, "0a 0bb"),
                Arguments.of("denied", "deny 127.0.0.0/8; proxy_pass UPSTREAM;", "", 2, "0a 0bb"),
                Arguments.of("limited", "limit_conn zone 1; proxy_pass UPSTREAM; proxy_responses 2;",
                        "limit_conn_zone $remote_addr zone=zone:64k;", 4, "1a !#0b !#0cc !3d #2e"),
                Arguments.of("dry run",
                        "limit_conn zone 1; limit_conn_dry_run on; proxy_pass UPSTREAM; proxy_timeout 300ms;",
                        "limit_conn_zone $protocol zone=zone:64k;", 2, "1a #1b"),
                Arguments.of("source", "proxy_bind 127.0.0.9; proxy_pass UPSTREAM; proxy_responses 1;", "", 1, "1a"),
                Arguments.of("empty source", "proxy_bind $nothing; proxy_pass UPSTREAM; proxy_responses 1;",
                        "map $remote_addr $nothing { default ''; }", 1, "1a"),
                Arguments.of("down", "proxy_pass backend;", "upstream backend { server NOBODY down; server NOBODY down; }",
                        2, "0a 0b"),
                Arguments.of("computed", "proxy_pass $target; proxy_responses 1;",
                        "map $remote_addr $target { default UPSTREAM; }", 1, "1a"),
                Arguments.of("computed without port", "proxy_pass $target;",
                        "map $remote_addr $target { default 127.0.0.1; }", 2, "0a 0b"),
                Arguments.of("round robin", "proxy_pass backend; proxy_responses 1;",
                        "upstream backend { server UPSTREAM weight=2; server NOBODY down; }", 3, "1a 1b 1c"),
                Arguments.of("the other after silence", "proxy_pass backend; proxy_responses 1; proxy_timeout 300ms;",
                        "upstream backend { server SILENT; server UPSTREAM; }", 4, "!0a 1b 1c 1d"),
                Arguments.of("another peer when one cannot be connected", "proxy_pass backend; proxy_responses 1;",
                        "upstream backend { server 255.255.255.255:9; server UPSTREAM; }", 2, "1a 1b"),
                Arguments.of("no other peer without next upstream",
                        "proxy_pass backend; proxy_responses 1; proxy_next_upstream off;",
                        "upstream backend { server 255.255.255.255:9; server UPSTREAM; }", 2, "!0a 1b"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("configurations")
    void doesTheSame(String what, String server, String main, int lines, String datagrams) throws IOException {
        List<Step> steps = steps(datagrams);
        try (TestDatagramUpstream upstream = TestDatagramUpstream.start(NginxAgreementTest::answer);
                TestDatagramUpstream silent = TestDatagramUpstream.silent()) {
            String stream = (LOG + main + "server { listen 127.0.0.1:0 udp; " + server + " }\n")
                    .replace(UPSTREAM, upstream.address())
                    .replace(SILENT, silent.address())
                    .replace(NOBODY, "127.0.0.1:" + FreePorts.next());
            List<String> expected;
            try (RunningNginx nginx = RunningNginx.start(stream)) {
                expected = seen(nginx.address(0), steps, lines, () -> nginx.file("access.log"), upstream);
            }
            for (Transport transport : Transport.values()) {
                try (RunningProxy proxy = RunningProxy.start(transport, stream)) {
                    assertThat(seen(proxy.address(), steps, lines, () -> proxy.file("access.log"), upstream))
                            .as(what + " on " + transport)
                            .isEqualTo(expected);
                }
            }
        }
    }

    private record Step(boolean otherClient, boolean awaitedInLog, String text) {

        int answers() {
            return text.isEmpty() ? 1 : Character.digit(text.charAt(0), 10);
        }
    }

    private static List<Step> steps(String datagrams) {
        List<Step> steps = new ArrayList<>();
        for (String datagram : datagrams.split(" ", -1)) {
            String text = datagram.replaceAll("[!#,]", "");
            steps.add(new Step(datagram.contains(OTHER_CLIENT), datagram.contains(AWAITED_IN_LOG), text));
        }
        return steps;
    }

    private static void answer(Datagram datagram, TestDatagramUpstream upstream) {
        int answers = new Step(false, false, datagram.text()).answers();
        for (int i = 0; i < answers; i++) {
            upstream.send(datagram.sender(), datagram.bytes());
        }
    }

    /// Everything that can be seen from outside: answers, which datagrams have the same source port, the sorted log.
    private static List<String> seen(
            InetSocketAddress proxy, List<Step> steps, int lines, Supplier<String> log, TestDatagramUpstream upstream) {
        List<String> seen = new ArrayList<>();
        try (UdpClient client = UdpClient.to(proxy); UdpClient other = UdpClient.to(proxy)) {
            for (Step step : steps) {
                long logged = log.get().lines().count();
                UdpClient sender = step.otherClient() ? other : client;
                sender.send(step.text());
                for (int i = 0; i < step.answers(); i++) {
                    seen.add("answer " + sender.receive().text());
                }
                if (step.awaitedInLog()) {
                    Eventually.await("a line is logged", () -> log.get().lines().count() > logged);
                }
            }
            Eventually.await(() -> lines + " lines:\n" + log.get(), () -> log.get().lines().count() >= lines);
            seen.addAll(flows(upstream, sentTo(upstream.address(), log.get())));
            log.get().lines().sorted().forEach(seen::add);
            Datagram unexpected = client.poll();
            assertThat(unexpected).isNull();
        }
        return seen;
    }

    /// Each datagram that came to the upstream with the number of its flow.
    private static List<String> flows(TestDatagramUpstream upstream, long bytes) {
        List<InetSocketAddress> senders = new ArrayList<>();
        List<String> flows = new ArrayList<>();
        // A line may be written before the upstream has had its turn.
        for (long left = bytes; left > 0; ) {
            Datagram datagram = upstream.next();
            if (!senders.contains(datagram.sender())) {
                senders.add(datagram.sender());
            }
            flows.add(datagram.text() + " in flow " + senders.indexOf(datagram.sender()));
            left -= datagram.bytes().length;
        }
        for (Datagram empty = upstream.poll(); empty != null; empty = upstream.poll()) {
            flows.add("empty");
        }
        return flows;
    }

    /// What a log says has gone to an upstream.
    private static long sentTo(String address, String log) {
        return log.lines()
                .map(line -> line.split("\\|", -1))
                .filter(values -> values[UPSTREAM_ADDR].equals(address))
                .mapToLong(values -> Long.parseLong(values[UPSTREAM_BYTES_SENT]))
                .sum();
    }
}
