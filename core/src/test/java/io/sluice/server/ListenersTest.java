package io.sluice.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.testing.RunningProxy;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/// Sockets that listen: second starts, unix sockets, listeners that a reload removes or changes.
class ListenersTest {

    private static final String ANSWER = "hello";

    private final Path directory;

    ListenersTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "[::1]"})
    void aSecondStartFailsEvenWithSeveralWorkers(String host) throws IOException {
        String server = server(host + ":" + freePort(host));
        String main = "worker_processes 2;";
        try (RunningProxy _ = RunningProxy.start(Transport.EPOLL, main, server)) {
            assertThatThrownBy(() -> RunningProxy.tryStart(Transport.EPOLL, main, server).close())
                    .isInstanceOf(StartException.class)
                    .hasMessageStartingWith("bind() to " + host)
                    .hasMessageEndingWith("failed (98: Address already in use)");
        }
        RunningProxy.start(Transport.EPOLL, main, server).close(); // free again
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aUnixSocketIsSharedByWorkersKeptByReloadsAndRemovedAtTheEnd(Transport transport) throws IOException {
        Path path = directory.resolve("s.sock");
        try (RunningProxy proxy =
                RunningProxy.start(transport, "worker_processes 3;", server("unix:" + path))) {
            assertThat(Files.getPosixFilePermissions(path)).as("everybody may connect").hasSize(6);
            Object inode = Files.getAttribute(path, "unix:ino");
            for (int workers : new int[] {1, 2, 4, 1}) {
                for (int i = 0; i < 20; i++) {
                    assertThat(answer(path)).isEqualTo(ANSWER);
                }
                assertThat(proxy.reload("worker_processes " + workers + ";", server("unix:" + path)).succeeded())
                        .isTrue();
                assertThat(Files.getAttribute(path, "unix:ino")).isEqualTo(inode);
            }
            assertThatThrownBy(() -> RunningProxy.tryStart(transport, "", server("unix:" + path)).close())
                    .hasMessage("bind() to unix:" + path + " failed (98: Address already in use)");
            assertThat(answer(path)).isEqualTo(ANSWER);
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void aSocketFileThatAKilledProcessLeftIsReplaced() throws IOException {
        Path path = directory.resolve("s.sock");
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
        try (RunningProxy _ = RunningProxy.start(Transport.EPOLL, server("unix:" + path))) {
            assertThat(answer(path)).isEqualTo(ANSWER);
        }
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws IOException {
        Path path = Files.writeString(directory.resolve("precious"), "data");
        assertThatThrownBy(() -> RunningProxy.tryStart(Transport.EPOLL, "", server("unix:" + path)).close())
                .hasMessage("bind() to unix:" + path + " failed (98: Address already in use)");
        assertThat(path).hasContent("data");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void whoeverHasConnectedToARemovedListenerIsServed(Transport transport) throws IOException {
        String both = server("127.0.0.1:0") + server("127.0.0.1:0");
        try (RunningProxy proxy = RunningProxy.start(transport, "worker_processes 2;", both)) {
            for (int round = 0; round < 5; round++) {
                List<Socket> clients = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    clients.add(proxy.connect(1));
                }
                assertThat(proxy.reload("worker_processes 2;", server("127.0.0.1:0")).succeeded()).isTrue();
                for (Socket client : clients) {
                    try (client) {
                        assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                                .isEqualTo(ANSWER);
                    }
                }
                assertThat(proxy.server().status().listening()).hasSize(1);
                assertThat(proxy.reload("worker_processes 2;", both).succeeded()).isTrue();
            }
        }
    }

    @Test
    void aWildcardTakesOverFromAnExactAddress() throws IOException {
        int port = freePort("127.0.0.1");
        try (RunningProxy proxy = RunningProxy.start(Transport.EPOLL, server("127.0.0.1:" + port))) {
            for (String address : List.of("*:" + port, "127.0.0.1:" + port)) {
                assertThat(proxy.reload("worker_processes 2;", server(address)).messages()).isEmpty();
                try (Socket socket = new Socket("127.0.0.1", port)) {
                    assertThat(socket.getInputStream().readAllBytes()).hasSize(ANSWER.length());
                }
            }
        }
    }

    @Test
    void ipv6OnlyCannotChange() throws IOException {
        int port = freePort("[::1]");
        try (RunningProxy proxy = RunningProxy.start(Transport.EPOLL, server("[::]:" + port))) {
            ReloadResult result = proxy.reload("", server("[::]:" + port + " ipv6only=off"));
            assertThat(result.succeeded()).isFalse();
            assertThat(result.messages().getLast().text()).contains("\"ipv6only\" of [::]:" + port + " cannot change");
        }
    }

    @Test
    void aReloadGivesTheLiveSocketItsOptions() throws IOException, InterruptedException {
        try (RunningProxy proxy = RunningProxy.start(Transport.EPOLL, server("127.0.0.1:0 backlog=20"))) {
            int port = proxy.address().getPort();
            assertThat(backlog(port)).isEqualTo("20");
            assertThat(proxy.reload("", server("127.0.0.1:0 backlog=30")).succeeded()).isTrue();
            assertThat(backlog(port)).isEqualTo("30");
        }
    }

    private static String backlog(int port) throws IOException, InterruptedException {
        Process ss = new ProcessBuilder("ss", "-Hltn", "sport = :" + port).start();
        String line = new String(ss.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        assertThat(ss.waitFor()).isZero();
        return line.split("\\s+")[2];
    }

    private static String server(String listen) {
        return "server { listen " + listen + "; return " + ANSWER + "; }\n";
    }

    private static int freePort(String host) throws IOException {
        InetAddress address = InetAddress.ofLiteral(host.replace("[", "").replace("]", ""));
        try (ServerSocket probe = new ServerSocket(0, 1, address)) {
            return probe.getLocalPort();
        }
    }

    private static String answer(Path path) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            ByteBuffer buffer = ByteBuffer.allocate(64);
            while (channel.read(buffer) >= 0) {
                // until the end
            }
            return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
        }
    }
}
