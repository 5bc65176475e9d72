package io.sluice.tcp;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.server.StartException;
import io.sluice.testing.FreePorts;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.UnixUpstream;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// `proxy_pass`: addresses, names, groups and variables.
class ProxyPassTest {

    private static final String LOG = """
            log_format end '$status $session_outcome $upstream_addr';
            access_log ${dir}/access.log end;
            """;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void toAnAddress(Transport transport) throws IOException {
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0; proxy_pass %s; }
                        """.formatted(upstream.address()))) {
            assertThat(echoed(proxy)).isEqualTo("200 downstream_closed " + upstream.address());
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void toAUnixSocket(Transport transport, @TempDir Path directory) throws IOException {
        Path path = directory.resolve("upstream.sock");
        try (UnixUpstream _ = UnixUpstream.start(path);
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0; proxy_pass unix:%s; }
                        """.formatted(path))) {
            assertThat(echoed(proxy)).isEqualTo("200 downstream_closed unix:" + path);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void toAUnixSocketThatDoesNotExist(Transport transport, @TempDir Path directory) throws IOException {
        Path path = directory.resolve("absent.sock");
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                server { listen 127.0.0.1:0; proxy_pass unix:%s; }
                """.formatted(path))) {
            assertThat(turnedAway(proxy)).isEqualTo("502 upstream_refused unix:" + path);
            proxy.awaitErrorLog("connect() failed (2: No such file or directory) while connecting to upstream, "
                    + "client: 127.0.0.1, server: " + hostAndPort(proxy) + ", upstream: \"unix:" + path + "\"");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void toAGroup(Transport transport) throws IOException {
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream backend { server %s; }
                        server { listen 127.0.0.1:0; proxy_pass backend; }
                        """.formatted(upstream.address()))) {
            assertThat(echoed(proxy)).isEqualTo("200 downstream_closed " + upstream.address());
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void toANameThatResolves(Transport transport) throws IOException {
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        server { listen 127.0.0.1:0; proxy_pass localhost:%d; }
                        """.formatted(upstream.port()))) {
            // The name may have an IPv6 address too, which is tried like a second peer.
            assertThat(echoed(proxy)).startsWith("200 downstream_closed ").endsWith(upstream.address());
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aNameThatDoesNotResolvePreventsTheStart(Transport transport) {
        assertThatThrownBy(() -> RunningProxy.tryStart(transport, "", """
                server { listen 127.0.0.1:0; proxy_pass no-such-host.invalid:80; }
                """))
                .isInstanceOfSatisfying(StartException.class, e -> assertThat(e.messages().toString())
                        .contains("host not found in upstream \"no-such-host.invalid:80\""));
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void toWhatAVariableSays(Transport transport, @TempDir Path directory) throws IOException {
        Path path = directory.resolve("upstream.sock");
        try (TestUpstream upstream = TestUpstream.start();
                UnixUpstream _ = UnixUpstream.start(path);
                RunningProxy proxy = RunningProxy.start(transport, LOG + """
                        upstream backend { server %1$s; }
                        server { listen 127.0.0.1:0; set $target backend; proxy_pass $target; }
                        server { listen 127.0.0.1:0; set $port %2$d; proxy_pass 127.0.0.1:$port; }
                        server { listen 127.0.0.1:0; set $path %3$s; proxy_pass unix:$path; }
                        """.formatted(upstream.address(), upstream.port(), path))) {
            for (int i = 0; i < 3; i++) {
                try (Socket socket = proxy.connect(i)) {
                    assertThat(Wire.echo(socket, "hello")).isEqualTo("hello");
                }
                proxy.awaitLines("access.log", i + 1);
            }
            assertThat(proxy.awaitLines("access.log", 3)).containsExactly(
                    "200 downstream_closed " + upstream.address(),
                    "200 downstream_closed " + upstream.address(),
                    "200 downstream_closed unix:" + path);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "EPOLL, nowhere, 'no port in upstream \"nowhere\"'",
        "IO_URING, nowhere, 'no port in upstream \"nowhere\"'",
        "EPOLL, 127.0.0.1, 'no port in upstream \"127.0.0.1\"'",
        "IO_URING, 127.0.0.1:70000, 'invalid port in upstream \"127.0.0.1:70000\"'",
        "EPOLL, '', the proxy_pass target is empty",
    })
    void aVariableThatNamesNoTarget(Transport transport, String target, String message) throws IOException {
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                server { listen 127.0.0.1:0; set $target "%s"; proxy_pass $target; }
                """.formatted(target))) {
            assertThat(turnedAway(proxy)).isEqualTo("500 bad_target -");
            proxy.awaitErrorLog(message);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aRefusedConnection(Transport transport) throws IOException {
        String nobody = "127.0.0.1:" + FreePorts.next();
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                server { listen 127.0.0.1:0; proxy_pass %s; }
                """.formatted(nobody))) {
            assertThat(turnedAway(proxy)).isEqualTo("502 upstream_refused " + nobody);
            proxy.awaitErrorLog("*1 connect() failed (111: Connection refused) while connecting to upstream, "
                    + "client: 127.0.0.1, server: " + hostAndPort(proxy) + ", upstream: \"" + nobody
                    + "\", bytes from/to client:0/0, bytes from/to upstream:0/0");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aUnixSocketThatIsAFile(Transport transport, @TempDir Path directory) throws IOException {
        Path path = Files.writeString(directory.resolve("file"), "no socket");
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                server { listen 127.0.0.1:0; proxy_pass unix:%s; }
                """.formatted(path))) {
            assertThat(turnedAway(proxy)).isEqualTo("502 upstream_refused unix:" + path);
        }
    }

    private static String hostAndPort(RunningProxy proxy) {
        return "127.0.0.1:" + proxy.address().getPort();
    }

    private static String echoed(RunningProxy proxy) throws IOException {
        try (Socket socket = proxy.connect()) {
            assertThat(Wire.echo(socket, "hello")).isEqualTo("hello");
        }
        return proxy.awaitLines("access.log", 1).getFirst();
    }

    private static String turnedAway(RunningProxy proxy) throws IOException {
        try (Socket socket = proxy.connect()) {
            assertThat(Wire.readAll(socket)).isEmpty();
        }
        return proxy.awaitLines("access.log", 1).getFirst();
    }
}
