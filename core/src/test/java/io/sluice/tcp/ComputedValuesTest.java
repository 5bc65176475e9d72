package io.sluice.tcp;

import java.io.IOException;
import java.net.Socket;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// `set`, `map` and `return`.
class ComputedValuesTest {

    @ParameterizedTest
    @EnumSource(Transport.class)
    void returnSendsATextAndCloses(Transport transport) throws IOException {
        try (RunningProxy proxy = RunningProxy.start(transport, """
                log_format end '$status $session_outcome $bytes_sent';
                access_log ${dir}/access.log end;
                server { listen 127.0.0.1:0; return "hello $remote_addr\\n"; }
                """);
                Socket socket = proxy.connect()) {
            assertThat(Wire.readAll(socket)).isEqualTo("hello 127.0.0.1\n");
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("200 returned 16");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void setIsEvaluatedInOrder(Transport transport) throws IOException {
        assertThat(returned(transport, "", "set $a 1; set $b \"$a-2\"; set $a 3; return \"$a $b\";")).isEqualTo("3 1-2");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void mapPrefersExactThenWildcardsThenExpressions(Transport transport) throws IOException {
        String map = """
                map $host $found {
                    hostnames;
                    default other;
                    a.example.org exact;
                    *.example.org leading;
                    www.example.* trailing;
                    .example.net dot;
                    ~^(?<name>[a-z]+)\\d+$ "expression $name";
                    ~*^UPPER insensitive;
                }
                """;
        String[][] cases = {
            {"A.Example.org", "exact"},
            {"b.example.org", "leading"},
            {"www.example.com", "trailing"},
            {"www.example.org", "leading"},
            {"example.net", "dot"},
            {"x.example.net", "dot"},
            {"node17", "expression node"},
            {"upper-case", "insensitive"},
            {"nothing", "other"},
            {"a.example.org.", "exact"},
        };
        for (String[] value : cases) {
            assertThat(returned(transport, map, "set $host " + value[0] + "; return $found;"))
                    .as(value[0])
                    .isEqualTo(value[1]);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void mapIsEvaluatedOnceUnlessItIsVolatile(Transport transport) throws IOException {
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, """
                        map $bytes_received $once { 0 none; default some; }
                        map $bytes_received $again { volatile; 0 none; default some; }
                        log_format end '$first $once $again';
                        access_log ${dir}/access.log end;
                        server { listen 127.0.0.1:0; set $first "$once $again"; proxy_pass %s; }
                        """.formatted(upstream.address()))) {
            try (Socket socket = proxy.connect()) {
                assertThat(Wire.echo(socket, "x")).isEqualTo("x");
            }
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("none none none some");
        }
    }

    private static String returned(Transport transport, String stream, String server) throws IOException {
        try (RunningProxy proxy = RunningProxy.start(transport, stream + "server { listen 127.0.0.1:0; " + server + " }");
                Socket socket = proxy.connect()) {
            return Wire.readAll(socket);
        }
    }
}
