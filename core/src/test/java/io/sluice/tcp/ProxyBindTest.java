package io.sluice.tcp;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.UnixUpstream;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;
import io.sluice.transport.linux.Privileges;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// `proxy_bind`: the address that the upstream sees.
class ProxyBindTest {

    private static final String LOG = """
            log_format end '$status $session_outcome $upstream_addr';
            access_log ${dir}/access.log end;
            """;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAddress(Transport transport) throws IOException {
        assertThat(seenByUpstream(transport, "proxy_bind 127.0.0.9;")).startsWith("127.0.0.9:");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAddressAndAPort(Transport transport) throws IOException {
        String source = "127.0.0.9:" + FreePorts.next();
        assertThat(seenByUpstream(transport, "proxy_bind " + source + ";")).isEqualTo(source);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aVariable(Transport transport) throws IOException {
        assertThat(seenByUpstream(transport, "set $n 11; proxy_bind 127.0.0.$n;")).startsWith("127.0.0.11:");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anEmptyVariableLeavesItToTheSystem(Transport transport) throws IOException {
        assertThat(seenByUpstream(transport, "set $none ''; proxy_bind $none;")).startsWith("127.0.0.1:");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void transparentWithTheAddressOfDownstream(Transport transport) throws IOException {
        assumeTrue(Privileges.root(), "IP_TRANSPARENT needs CAP_NET_ADMIN");
        assertThat(seenByUpstream(transport, "proxy_bind $remote_addr transparent;")).startsWith("127.0.0.1:");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whatIsNoAddressIsToldAndIgnored(Transport transport) throws IOException {
        try (TestUpstream upstream = TestUpstream.named("up");
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0; set $odd 127.0.0.300; proxy_bind $odd; proxy_pass %s; }
                        """.formatted(upstream.address()))) {
            try (Socket socket = proxy.connect()) {
                assertThat(Wire.read(socket, 2)).isEqualTo("up");
            }
            proxy.awaitErrorLog("*1 invalid local address \"127.0.0.300\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anAddressOfAnotherHostIsNotThePeersFault(Transport transport) throws IOException {
        try (TestUpstream a = TestUpstream.named("up");
                TestUpstream b = TestUpstream.named("up");
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream backend { server %s; server %s; }
                        server { listen 127.0.0.1:0; proxy_bind 192.0.2.7; proxy_pass backend; }
                        server { listen 127.0.0.1:0; proxy_pass backend; }
                        """.formatted(a.address(), b.address()))) {
            try (Socket socket = proxy.connect()) {
                assertThat(Wire.readAll(socket)).isEmpty();
            }
            assertThat(proxy.awaitLines("access.log", 1)).containsExactly("500 source_unavailable " + a.address());
            proxy.awaitErrorLog("bind(192.0.2.7:0) failed (99: Cannot assign requested address) while connecting to upstream");
            for (int i = 0; i < 2; i++) {
                try (Socket socket = proxy.connect(1)) {
                    assertThat(Wire.read(socket, 2)).isEqualTo("up");
                }
            }
            assertThat(a.accepted()).isOne();
            assertThat(b.accepted()).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void meansNothingToAUnixSocket(Transport transport, @TempDir Path directory) throws IOException {
        Path path = directory.resolve("upstream.sock");
        try (UnixUpstream _ = UnixUpstream.start(path);
                RunningProxy proxy = RunningProxy.start(transport, """
                        server { listen 127.0.0.1:0; proxy_bind 127.0.0.9; proxy_pass unix:%s; }
                        """.formatted(path));
                Socket socket = proxy.connect()) {
            assertThat(Wire.echo(socket, "hello")).isEqualTo("hello");
        }
    }

    private static String seenByUpstream(Transport transport, String directives) throws IOException {
        try (TestUpstream upstream = TestUpstream.start(socket -> socket.getOutputStream()
                        .write(socket.getRemoteSocketAddress().toString().substring(1)
                                .getBytes(StandardCharsets.ISO_8859_1)));
                RunningProxy proxy = RunningProxy.start(transport, """
                        server { listen 127.0.0.1:0; %s proxy_pass %s; }
                        """.formatted(directives, upstream.address()));
                Socket socket = proxy.connect()) {
            return Wire.readAll(socket);
        }
    }
}
