package io.sluice.tcp;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.sluice.testing.Eventually;
import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningNginx;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// The same configuration, the same sessions: nginx and Sluice answer the same bytes and log the same lines.
class NginxAgreementTest {

    private static final String UPSTREAM = "UPSTREAM";

    private static final String NOBODY = "NOBODY";

    private static final String MARKER = "bytes";

    @BeforeAll
    static void nginxIsThere() {
        assumeTrue(RunningNginx.isInstalled(), "no nginx to compare with");
    }

    /// A configuration with one server, and what the sessions send; each line of the log is compared.
    static Stream<Arguments> configurations() {
        String all = "$status|$bytes_sent|$bytes_received|$protocol|$remote_addr|$server_addr|$upstream_addr"
                + "|$upstream_bytes_sent|$upstream_bytes_received|$limit_conn_status";
        List<Arguments> cases = new ArrayList<>();
        cases.add(Arguments.of("relayed", format("", all), "proxy_pass UPSTREAM;", ""));
        cases.add(Arguments.of("refused", format("", all), "proxy_pass NOBODY;", ""));
        cases.add(Arguments.of("second peer", format("", all), "proxy_pass backend;",
                "upstream backend { server NOBODY; server UPSTREAM; }"));
        cases.add(Arguments.of("nobody left", format("", all), "proxy_pass backend;",
                "upstream backend { server NOBODY; server 127.0.0.2:1; }"));
        cases.add(Arguments.of("only backups", format("", all), "proxy_pass backend;",
                "upstream backend { server NOBODY; server UPSTREAM backup; }"));
        cases.add(Arguments.of("down", format("", all), "proxy_pass backend;",
                "upstream backend { server UPSTREAM down; server UPSTREAM down; }"));
        cases.add(Arguments.of("next upstream off", format("", all), "proxy_pass backend; proxy_next_upstream off;",
                "upstream backend { server NOBODY; server UPSTREAM; }"));
        cases.add(Arguments.of("denied", format("", all), "deny 127.0.0.0/8; proxy_pass UPSTREAM;", ""));
        cases.add(Arguments.of("limited", format("", all), "limit_conn zone 1; proxy_pass UPSTREAM;",
                "limit_conn_zone $remote_addr zone=zone:64k;"));
        cases.add(Arguments.of("limit without key", format("", all), "limit_conn zone 1; proxy_pass UPSTREAM;",
                "limit_conn_zone $nothing zone=zone:64k; map $remote_addr $nothing { default ''; }"));
        cases.add(Arguments.of("dry run",
                format("", all), "limit_conn zone 1; limit_conn_dry_run on; proxy_pass UPSTREAM;",
                "limit_conn_zone $protocol zone=zone:64k;"));
        cases.add(Arguments.of("returned", format("", all), "return 'you are $remote_addr\\n$protocol';", ""));
        cases.add(Arguments.of("returned nothing", format("", all), "return '';", ""));
        cases.add(Arguments.of("bad source", format("", "$status|$bytes_sent"), "proxy_bind 192.0.2.7; proxy_pass UPSTREAM;", ""));
        cases.add(Arguments.of("source", format("", all), "proxy_bind 127.0.0.9; proxy_pass UPSTREAM;", ""));
        cases.add(Arguments.of("empty source", format("", all), "proxy_bind $nothing; proxy_pass UPSTREAM;",
                "map $remote_addr $nothing { default ''; }"));
        cases.add(Arguments.of("no source", format("", all), "proxy_bind $odd; proxy_pass UPSTREAM;",
                "map $remote_addr $odd { default 'odd'; }"));
        cases.add(Arguments.of("source off", format("", all), "proxy_bind off; proxy_pass UPSTREAM;",
                "proxy_bind 192.0.2.7;"));
        cases.add(Arguments.of("idle", format("", all), "proxy_pass UPSTREAM; proxy_timeout 200ms;", ""));
        cases.add(Arguments.of("computed", format("", all), "proxy_pass $target;",
                "map $remote_addr $target { default UPSTREAM; }"));
        cases.add(Arguments.of("computed without port", format("", all), "proxy_pass $target;",
                "map $remote_addr $target { default 127.0.0.1; }"));
        cases.add(Arguments.of("computed name", format("", all), "proxy_pass $target;",
                "map $remote_addr $target { default some.name:80; }"));
        cases.add(Arguments.of("computed nothing", format("", all), "proxy_pass $target;",
                "map $remote_addr $target { default ''; }"));
        cases.add(Arguments.of("set is before limits and access",
                format("", "$status|$seen"), "set $seen yes; limit_conn zone 1; deny all; proxy_pass UPSTREAM;",
                "limit_conn_zone $seen zone=zone:64k;"));
        cases.add(Arguments.of("captures and maps",
                format("", "$a|$b|$c|$d|$name|$x"), "proxy_pass UPSTREAM; set $x $a;", """
                map $remote_addr $a { ~^(?<name>\\d+)\\.(\\d+) $name-$2-$1; default none; }
                map $protocol $b { hostnames; tcp lower; *.tcp sub; default other; }
                map "www.$protocol" $c { hostnames; *.tcp sub; default other; }
                map $remote_addr $d { 10.0.0.1 one; \\default literal; }
                """));
        for (String escape : List.of("", "escape=default", "escape=json", "escape=none")) {
            cases.add(Arguments.of("log_format " + escape,
                    format(escape, "{\"a\":\"$odd\",\"b\":\"$nothing\",\"c\":\"$upstream_addr\",\"d\":\"$name\"}"),
                    "return x;", """
                    map $remote_addr $odd { default "a\\"b\\\\c\\td\\n\u00e9\u20ac<&>\u0001\u007f"; }
                    map $remote_addr $nothing { default ''; }
                    map $remote_addr $unused { ~^(?<name>x) 1; }
                    """));
        }
        cases.add(Arguments.of("condition", format("", "$status") + "access_log ${dir}/access.log end if=$no;",
                "return x;", "map $remote_addr $no { default 0; } map $remote_addr $yes { default 1; }"));
        return cases.stream();
    }

    private static String format(String escape, String text) {
        return "log_format end " + escape + " '" + text.replace("\n", "") + "|" + MARKER + "';\n"
                + "access_log ${dir}/access.log end;\n";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("configurations")
    void saysTheSame(String what, String log, String server, String main) throws IOException {
        String nobody = "127.0.0.1:" + FreePorts.next();
        try (TestUpstream upstream = TestUpstream.start()) {
            String stream = (main + "\n" + log + "server { listen 127.0.0.1:0; " + server + " }\n")
                    .replace(UPSTREAM, upstream.address())
                    .replace(NOBODY, nobody);
            // What is answered at once may be reset by the bytes that nobody reads.
            boolean sends = stream.contains("proxy_pass");
            List<String> expected;
            try (RunningNginx nginx = RunningNginx.start(stream)) {
                expected = sessions(nginx::connect, sends);
                expected.addAll(logged(() -> nginx.file("access.log")));
            }
            for (Transport transport : Transport.values()) {
                try (RunningProxy proxy = RunningProxy.start(transport, stream)) {
                    List<String> actual = sessions(proxy::connect, sends);
                    actual.addAll(logged(() -> proxy.file("access.log")));
                    assertThat(actual).as(what + " on " + transport).isEqualTo(expected);
                }
            }
        }
    }

    /// The log of both sessions; without escapes one may take several lines, so that their ends are counted.
    private static List<String> logged(Supplier<String> file) {
        Eventually.await(() -> "two sessions logged:\n" + file.get(),
                () -> file.get().lines().filter(line -> line.endsWith("|" + MARKER)).count() == 2);
        return file.get().lines().toList();
    }

    /// Two sessions that overlap: what each receives.
    private static List<String> sessions(IntFunction<Socket> connect, boolean sends) throws IOException {
        List<String> received = new ArrayList<>();
        try (Socket first = connect.apply(0)) {
            received.add(exchange(first, sends));
            try (Socket second = connect.apply(0)) {
                received.add(exchange(second, sends));
            }
        }
        return received;
    }

    private static String exchange(Socket socket, boolean sends) throws IOException {
        try {
            return sends ? Wire.echo(socket, MARKER) : Wire.readAll(socket);
        } catch (IOException _) {
            // Closed with the bytes unread, which the kernel makes a reset of.
            return "";
        }
    }
}
