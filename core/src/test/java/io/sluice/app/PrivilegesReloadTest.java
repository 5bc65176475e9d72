package io.sluice.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.sluice.testing.Eventually;
import io.sluice.transport.linux.Privileges;
import io.sluice.transport.linux.Signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// What a server that was started as root can still do as somebody else.
@Timeout(120)
class PrivilegesReloadTest {

    /// A privileged port that hardly anybody uses.
    private static final int PRIVILEGED = 1022;

    /// CAP_NET_BIND_SERVICE, as /proc/PID/status writes a set with nothing else in it.
    private static final String ONLY_BINDING = "0000000000000400";

    private static final String NONE = "0000000000000000";

    private final Path directory;

    private final Path file;

    PrivilegesReloadTest(@TempDir Path directory) {
        this.directory = directory;
        this.file = directory.resolve("nginx.conf");
    }

    @BeforeAll
    static void build() throws Exception {
        Launched.build();
    }

    @BeforeEach
    void open() throws IOException {
        assumeTrue(Privileges.root(), "only root can become somebody else");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    @Test
    void reloadsAddWorkersAndPrivilegedPortsAfterTheDrop() throws Exception {
        int port = freePort();
        configure(1, "listen 127.0.0.1:" + port + ";");
        try (Launched sluice = Launched.start(directory, "-p", directory.toString(), "-c", file.toString())) {
            Path log = directory.resolve("error.log");
            await(log, "start 1 worker");
            assertThat(threads(sluice, "Uid:")).allMatch(line -> line.equals("65534 65534 65534 65534"));
            assertThat(threads(sluice, "CapEff:")).containsOnlyOnce(ONLY_BINDING).containsOnly(ONLY_BINDING, NONE);
            assertThat(Files.getOwner(log).getName()).isEqualTo("nobody");
            assertThat(Files.readString(Path.of("/proc/" + sluice.pid() + "/limits")))
                    .containsPattern("Max open files +5000 +");
            assertThat(workers(sluice)).containsExactly("0");

            configure(2, "listen 127.0.0.1:" + port + "; listen 127.0.0.1:" + PRIVILEGED + ";");
            sluice.signal(Signal.HUP);
            Eventually.await(() -> log(log), () -> answers(PRIVILEGED) && workers(sluice).size() == 2);
            for (int i = 0; i < 20; i++) {
                assertThat(answers(port)).isTrue();
            }
            assertThat(threads(sluice, "CapEff:")).containsOnlyOnce(ONLY_BINDING);

            Files.move(log, directory.resolve("error.log.1"));
            sluice.signal(Signal.USR1);
            Eventually.await("the log is there again", () -> Files.exists(log));
            assertThat(Files.getOwner(log).getName()).isEqualTo("nobody");
            sluice.signal(Signal.QUIT);
            assertThat(sluice.awaitExit()).isZero();
            assertThat(log(log)).contains("exit");
        }
    }

    private void configure(int workers, String listen) throws IOException {
        Files.writeString(file, """
                user nobody nogroup;
                worker_processes %d;
                worker_rlimit_nofile 5000;
                worker_cpu_affinity 1;
                error_log error.log notice;
                pid sluice.pid;
                events {}
                stream { server { %s return hello; } }
                """.formatted(workers, listen));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private static void await(Path log, String text) {
        Eventually.await(() -> "\"" + text + "\" in " + log(log), () -> log(log).contains(text));
    }

    private static String log(Path log) {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).equals("hello");
        } catch (IOException _) {
            return false;
        }
    }

    /// A line of every thread's status.
    private static List<String> threads(Launched sluice, String key) throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + sluice.pid() + "/task"))) {
            return tasks.map(task -> status(task, key)).filter(line -> !line.isEmpty()).toList();
        }
    }

    /// The processors of each worker.
    private static List<String> workers(Launched sluice) {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + sluice.pid() + "/task"))) {
            return tasks.filter(task -> status(task, "Name:").startsWith("sluice-worker"))
                    .map(task -> status(task, "Cpus_allowed_list:"))
                    .toList();
        } catch (IOException _) {
            return List.of();
        }
    }

    private static String status(Path task, String key) {
        try (Stream<String> lines = Files.lines(task.resolve("status"))) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(key.length()).strip().replaceAll("\\s+", " "))
                    .findFirst()
                    .orElse("");
        } catch (IOException | UncheckedIOException _) {
            return ""; // it has ended
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return probe.getLocalPort();
        }
    }
}
