package io.sluice.server;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.FreePorts;
import io.sluice.testing.ProcessSockets;
import io.sluice.testing.RunningNginx;
import io.sluice.testing.RunningProxy;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static io.sluice.transport.linux.LinuxConstants.IPPROTO_TCP;
import static io.sluice.transport.linux.LinuxConstants.SOL_SOCKET;
import static io.sluice.transport.linux.LinuxConstants.SO_KEEPALIVE;
import static io.sluice.transport.linux.LinuxConstants.SO_RCVBUF;
import static io.sluice.transport.linux.LinuxConstants.SO_SNDBUF;
import static io.sluice.transport.linux.LinuxConstants.TCP_DEFER_ACCEPT;
import static io.sluice.transport.linux.LinuxConstants.TCP_FASTOPEN;
import static io.sluice.transport.linux.LinuxConstants.TCP_KEEPCNT;
import static io.sluice.transport.linux.LinuxConstants.TCP_KEEPIDLE;
import static io.sluice.transport.linux.LinuxConstants.TCP_KEEPINTVL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// `listen` and its parameters.
class ListenTest {

    private static final String LOG = """
            log_format end '$status|$remote_addr|$remote_port|$server_addr|$server_port';
            access_log ${dir}/access.log end;
            """;

    private static final int WORKERS = 2;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aUnixSocketIsSharedByTheWorkersAndRemovedAtTheEnd(Transport transport) throws IOException {
        Path path;
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, "worker_processes " + WORKERS + ";", LOG + """
                        server { listen unix:${dir}/in.sock; proxy_pass %s; }
                        """.formatted(upstream.address()))) {
            path = proxy.directory().resolve("in.sock");
            for (int i = 0; i < 20; i++) {
                try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                    channel.write(ByteBuffer.wrap("hello".getBytes(StandardCharsets.ISO_8859_1)));
                    ByteBuffer answer = ByteBuffer.allocate(5);
                    while (answer.hasRemaining() && channel.read(answer) >= 0) {
                        // Until all has come.
                    }
                    assertThat(new String(answer.array(), StandardCharsets.ISO_8859_1)).isEqualTo("hello");
                }
            }
            assertThat(proxy.awaitLines("access.log", 20)).containsOnly("200|unix:||unix:" + path + "|");
            proxy.server().stop();
            assertThat(path).doesNotExist();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void addressesAreLoggedAsNginxDoes(Transport transport) throws IOException {
        assumeTrue(RunningNginx.isInstalled(), "no nginx to compare with");
        assumeTrue(hasIpv6(), "no IPv6 on this host");
        String stream = LOG.replace("|$remote_port", "") + """
                server { listen [::1]:%1$d; return x; }
                server { listen [::]:%2$d ipv6only=off; return x; }
                server { listen %3$d; return x; }
                """;
        int ports = 3;
        List<String> hosts = List.of("::1", "127.0.0.1", "127.0.0.1");
        int[] port = {FreePorts.next(), FreePorts.next(), FreePorts.next()};
        String written = stream.formatted(port[0], port[1], port[2]);
        List<String> expected;
        try (RunningNginx nginx = RunningNginx.start(written)) {
            for (int i = 0; i < ports; i++) {
                connectAndRead(hosts.get(i), port[i], "x");
            }
            expected = nginx.awaitLines("access.log", ports);
        }
        try (RunningProxy proxy = RunningProxy.start(transport, written)) {
            for (int i = 0; i < ports; i++) {
                connectAndRead(hosts.get(i), port[i], "x");
                proxy.awaitLines("access.log", i + 1);
            }
            assertThat(proxy.awaitLines("access.log", ports)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void anIpv6WildcardTakesNoIpv4UnlessTold(Transport transport) throws IOException {
        assumeTrue(hasIpv6(), "no IPv6 on this host");
        int only = FreePorts.next();
        int both = FreePorts.next();
        try (RunningProxy _ = RunningProxy.start(transport, """
                server { listen [::]:%d; return six; }
                server { listen [::]:%d ipv6only=off; return both; }
                """.formatted(only, both))) {
            connectAndRead("::1", only, "six");
            connectAndRead("::1", both, "both");
            connectAndRead("127.0.0.1", both, "both");
            assertThatThrownBy(() -> connectAndRead("127.0.0.1", only, "")).isInstanceOf(ConnectException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void ofAWildcardAndAnExactAddressTheExactOneAnswers(Transport transport) throws IOException {
        int port = FreePorts.next();
        try (RunningProxy _ = RunningProxy.start(transport, """
                server { listen %1$d; return any; }
                server { listen 127.0.0.2:%1$d; return exact; }
                """.formatted(port))) {
            connectAndRead("127.0.0.1", port, "any");
            connectAndRead("127.0.0.2", port, "exact");
            connectAndRead("127.0.0.3", port, "any");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void everyPortOfARange(Transport transport) throws IOException {
        int first = 32_000 + (int) (ProcessHandle.current().pid() % 500);
        try (RunningProxy proxy = RunningProxy.start(transport, LOG + """
                server { listen 127.0.0.1:%d-%d; return $server_port; }
                """.formatted(first, first + 3))) {
            for (int port = first; port <= first + 3; port++) {
                connectAndRead("127.0.0.1", port, Integer.toString(port));
            }
            assertThat(proxy.server().status().listening()).hasSize(4);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void theDefaultServerAnswersOrElseTheFirst(Transport transport) throws IOException {
        int named = FreePorts.next();
        int unnamed = FreePorts.next();
        try (RunningProxy _ = RunningProxy.start(transport, """
                server { listen 127.0.0.1:%1$d; listen 127.0.0.1:%2$d; return first; }
                server { listen 127.0.0.1:%1$d default_server; listen 127.0.0.1:%2$d; return second; }
                """.formatted(named, unnamed))) {
            connectAndRead("127.0.0.1", named, "second");
            connectAndRead("127.0.0.1", unnamed, "first");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void buffers(Transport transport) throws IOException {
        // The kernel doubles what it is told, for its own records (socket(7)).
        assertThat(option(transport, "rcvbuf=32k", SOL_SOCKET, SO_RCVBUF)).isEqualTo(65_536);
        assertThat(option(transport, "sndbuf=48k", SOL_SOCKET, SO_SNDBUF)).isEqualTo(98_304);
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void deferredAndFastOpen(Transport transport) throws IOException {
        assertThat(option(transport, "", IPPROTO_TCP, TCP_DEFER_ACCEPT)).isZero();
        assertThat(option(transport, "deferred", IPPROTO_TCP, TCP_DEFER_ACCEPT)).isPositive();
        assertThat(option(transport, "fastopen=16", IPPROTO_TCP, TCP_FASTOPEN)).isEqualTo(16);
    }

    @ParameterizedTest
    @CsvSource({
        "EPOLL, so_keepalive=on, 1, 0, 0, 0", "IO_URING, so_keepalive=on, 1, 0, 0, 0",
        "EPOLL, so_keepalive=off, 0, 0, 0, 0", "IO_URING, so_keepalive=off, 0, 0, 0, 0",
        "EPOLL, so_keepalive=30m:7s:10, 1, 1800, 7, 10", "IO_URING, so_keepalive=30m:7s:10, 1, 1800, 7, 10",
        "EPOLL, so_keepalive=:9s:, 1, 0, 9, 0", "EPOLL, so_keepalive=40s::, 1, 40, 0, 0",
        "EPOLL, so_keepalive=::4, 1, 0, 0, 4",
    })
    void keepAlive(Transport transport, String parameter, int on, int idle, int interval, int probes)
            throws IOException {
        assertThat(option(transport, parameter, SOL_SOCKET, SO_KEEPALIVE)).isEqualTo(on);
        if (idle > 0) {
            assertThat(option(transport, parameter, IPPROTO_TCP, TCP_KEEPIDLE)).isEqualTo(idle);
        }
        if (interval > 0) {
            assertThat(option(transport, parameter, IPPROTO_TCP, TCP_KEEPINTVL)).isEqualTo(interval);
        }
        if (probes > 0) {
            assertThat(option(transport, parameter, IPPROTO_TCP, TCP_KEEPCNT)).isEqualTo(probes);
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void backlog(Transport transport, @TempDir Path directory) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/ss")), "no ss(8)");
        Path output = directory.resolve("ss");
        try (RunningProxy proxy = RunningProxy.start(transport, """
                server { listen 127.0.0.1:0 backlog=37; return x; }
                """)) {
            new ProcessBuilder("/usr/bin/ss", "-Htln", "sport = :" + proxy.address().getPort())
                    .redirectOutput(output.toFile())
                    .start()
                    .waitFor();
            // State, Recv-Q, Send-Q: of a listener the queue's length.
            assertThat(Files.readString(output).strip().split("\\s+")).startsWith("LISTEN", "0", "37");
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void eachWorkerHasASocketOfItsOwn(Transport transport) throws IOException {
        try (RunningProxy proxy =
                RunningProxy.start(transport, "worker_processes 3;", "server { listen 127.0.0.1:0; return x; }")) {
            int port = proxy.address().getPort();
            assertThat(ProcessSockets.ofListeners(port, SOL_SOCKET, SO_KEEPALIVE)).hasSize(3);
            for (int i = 0; i < 30; i++) {
                connectAndRead("127.0.0.1", port, "x");
            }
        }
    }

    /// An option of the listener, which the accepted socket has too.
    private static int option(Transport transport, String parameter, int level, int option) throws IOException {
        try (TestUpstream upstream = TestUpstream.start();
                RunningProxy proxy = RunningProxy.start(transport, """
                        server { listen 127.0.0.1:0 %s; proxy_pass %s; }
                        """.formatted(parameter, upstream.address()));
                Socket socket = proxy.connect()) {
            int port = proxy.address().getPort();
            assertThat(Wire.echo(socket, "x")).isEqualTo("x");
            List<Integer> listening = ProcessSockets.ofListeners(port, level, option);
            assertThat(listening).hasSize(1);
            if (level == SOL_SOCKET || option == TCP_KEEPIDLE) {
                assertThat(ProcessSockets.ofConnections(port, level, option)).isEqualTo(listening);
            }
            return listening.getFirst();
        }
    }

    private static boolean hasIpv6() {
        return Files.exists(Path.of("/proc/net/if_inet6"));
    }

    private static void connectAndRead(String host, int port, String expected) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral(host), port)) {
            assertThat(Wire.readAll(socket)).as(host + " port " + port).isEqualTo(expected);
        }
    }
}
