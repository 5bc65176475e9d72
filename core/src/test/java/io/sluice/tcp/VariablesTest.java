package io.sluice.tcp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.session.StreamVariable;
import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// Every variable that has a value yet, in a line of the access log.
class VariablesTest {

    private static final String SECONDS = "\\d+\\.\\d{3}";

    @ParameterizedTest
    @EnumSource(Transport.class)
    void everyVariableHasItsValue(Transport transport) throws IOException {
        String nobody = "127.0.0.1:" + FreePorts.next();
        List<StreamVariable> available = new ArrayList<>();
        StringBuilder format = new StringBuilder();
        for (StreamVariable variable : StreamVariable.values()) {
            // Those of TLS and of the PROXY protocol have none here.
            boolean here = variable.group() != StreamVariable.Group.SSL
                    && variable.group() != StreamVariable.Group.PROXY_PROTOCOL;
            if (variable.available() && here) {
                available.add(variable);
                format.append(variable.variableName()).append("=$").append(variable.variableName()).append('\t');
            }
        }
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, """
                        log_format all '%s';
                        access_log ${dir}/access.log all;
                        limit_conn_zone $remote_addr zone=zone:64k;
                        upstream backend { server %s; server %s; }
                        server {
                            listen 127.0.0.1:0; limit_conn zone 5;
                            proxy_pass backend; proxy_half_close on;
                        }
                        """.formatted(format, nobody, upstream.address()))) {
            int port;
            try (Socket socket = proxy.connect()) {
                port = socket.getLocalPort();
                assertThat(Wire.echo(socket, "hello")).isEqualTo("hello");
                socket.shutdownOutput();
                assertThat(Wire.readAll(socket)).isEmpty();
            }
            Map<String, String> actual = new TreeMap<>();
            for (String pair : proxy.awaitLines("access.log", 1).getFirst().split("\t")) {
                actual.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
            }
            Map<String, String> expected = new TreeMap<>(expected(port, proxy, nobody, upstream));
            assertThat(expected.keySet())
                    .containsExactlyInAnyOrderElementsOf(
                            available.stream().map(StreamVariable::variableName).toList());
            expected.forEach((name, pattern) -> assertThat(actual.get(name)).as("$" + name).matches(pattern));
        }
    }

    private static Map<String, String> expected(
            int port, RunningProxy proxy, String nobody, TestUpstream upstream) throws IOException {
        return Map.ofEntries(
                Map.entry("binary_remote_addr", Pattern.quote("\\x7F\\x00\\x00\\x01")),
                Map.entry("remote_addr", "127\\.0\\.0\\.1"),
                Map.entry("remote_port", Integer.toString(port)),
                Map.entry("realip_remote_addr", "127\\.0\\.0\\.1"),
                Map.entry("realip_remote_port", Integer.toString(port)),
                Map.entry("server_addr", "127\\.0\\.0\\.1"),
                Map.entry("server_port", Integer.toString(proxy.address().getPort())),
                Map.entry("server_name", ""),
                Map.entry("protocol", "TCP"),
                Map.entry("bytes_sent", "5"),
                Map.entry("bytes_received", "5"),
                Map.entry("session_time", SECONDS),
                Map.entry("status", "200"),
                Map.entry("connection", "1"),
                Map.entry("nginx_version", "1\\.\\d+\\.\\d+"),
                Map.entry("hostname", Pattern.quote(InetAddress.getLocalHost().getHostName())),
                Map.entry("pid", Long.toString(ProcessHandle.current().pid())),
                Map.entry("msec", "\\d{10}\\.\\d{3}"),
                Map.entry("time_iso8601", "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d[+-]\\d\\d:\\d\\d"),
                Map.entry("time_local", "\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d [+-]\\d{4}"),
                Map.entry("upstream_addr", Pattern.quote(nobody + ", " + upstream.address())),
                Map.entry("upstream_bytes_sent", "0, 5"),
                Map.entry("upstream_bytes_received", "0, 5"),
                Map.entry("upstream_connect_time", "-, " + SECONDS),
                Map.entry("upstream_first_byte_time", "-, " + SECONDS),
                Map.entry("upstream_session_time", SECONDS + ", " + SECONDS),
                Map.entry("limit_conn_status", "PASSED"),
                Map.entry("session_outcome", "downstream_closed"));
    }
}
