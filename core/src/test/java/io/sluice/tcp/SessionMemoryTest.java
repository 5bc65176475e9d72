package io.sluice.tcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.app.Main;
import io.sluice.testing.Eventually;
import io.sluice.testing.TestUpstream;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// The live heap of an idle session, in a process that is there for the proxy only.
@Tag("soak")
class SessionMemoryTest {

    private static final int FEW = 500;

    private static final int MANY = 4000;

    private static final int MOST_BYTES = 1500;

    @TempDir
    Path directory = Path.of("");

    private final List<Socket> open = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(Transport.class)
    void ofAnIdleSessionAfterAMessage(Transport transport) throws Exception {
        int port = freePort();
        try (TestUpstream echo = TestUpstream.start()) {
            Files.writeString(directory.resolve("nginx.conf"), """
                    user %s;
                    worker_processes 1;
                    worker_rlimit_nofile 20000;
                    pid sluice.pid;
                    error_log error.log notice;
                    events { worker_connections 10000; }
                    stream { server { listen 127.0.0.1:%d; proxy_pass %s; } }
                    """.formatted(System.getProperty("user.name"), port, echo.address()));
            Process proxy = start(transport);
            try {
                Eventually.await("the pid file", () -> Files.exists(directory.resolve("sluice.pid")));
                exchange(port, FEW);
                long few = liveBytes(proxy);
                exchange(port, MANY - FEW);
                long each = (liveBytes(proxy) - few) / (MANY - FEW);
                assertThat(each).as("bytes of live heap for a session").isPositive().isLessThan(MOST_BYTES);
            } finally {
                proxy.destroy();
                proxy.waitFor();
                for (Socket socket : open) {
                    socket.close();
                }
            }
        }
    }

    private Process start(Transport transport) throws IOException {
        return new ProcessBuilder(
                        tool("java"),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:+UseSerialGC",
                        // jcmd would ask for it by SIGQUIT, which is the proxy's own.
                        "-XX:+StartAttachListener",
                        "-Dsluice.transport=" + transport.label(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "-p",
                        directory.toString(),
                        "-c",
                        "nginx.conf")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out").toFile())
                .start();
    }

    private void exchange(int port, int sessions) throws IOException {
        for (int i = 0; i < sessions; i++) {
            Socket socket = new Socket();
            open.add(socket);
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            socket.getOutputStream().write('x');
            assertThat(socket.getInputStream().read()).isEqualTo('x');
        }
    }

    /// The total of a class histogram, which collects first.
    private static long liveBytes(Process proxy) {
        try {
            Process histogram = new ProcessBuilder(tool("jcmd"), Long.toString(proxy.pid()), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            String text = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String total = text.lines()
                    .filter(line -> line.startsWith("Total"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(text));
            return Long.parseLong(total.strip().split("\\s+")[2]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return probe.getLocalPort();
        }
    }
}
