package io.sluice.app;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.transport.linux.Privileges;
import io.sluice.transport.linux.ProcessCalls;
import io.sluice.transport.linux.Signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// The real launcher, serving: what service managers and scripts rely on.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ServiceTest {

    private final Path directory;

    private final EchoServer upstream = EchoServer.start();

    private Path pid;

    private int port = LoopbackPort.free(0);

    ServiceTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        this.pid = directory.resolve("sluice.pid");
    }

    @BeforeAll
    static void build() throws Exception {
        Launched.build();
    }

    @AfterEach
    void closeUpstream() throws IOException {
        upstream.close();
    }

    @Test
    void whoeverSeesThePidFileIsServed() throws Exception {
        try (Launched sluice = start(configuration(""))) {
            assertThat(sluice.awaitFile(pid)).isEqualTo(sluice.pid() + "\n");
            assertThat(echo(port, "hello")).isEqualTo("hello");
            assertThat(processName(sluice)).isEqualTo("sluice");

            sluice.signal(Signal.TERM);

            assertThat(sluice.awaitExit()).isZero();
            assertThat(pid).doesNotExist();
            assertThat(sluice.standardOutput()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TERM", "INT"})
    void stopsAtOnceDespiteSessions(Signal signal) throws Exception {
        try (Launched sluice = start(configuration(""));
                Socket session = sessionOf(sluice)) {
            sluice.signal(signal);

            assertThat(sluice.awaitLine("(" + signal.label() + ") received")).contains("exiting");
            assertThat(sluice.awaitExit()).isZero();
            assertThat(session.getInputStream().read()).isNegative();
        }
    }

    @Test
    void quitWaitsForTheLastSession() throws Exception {
        try (Launched sluice = start(configuration(""));
                Socket session = sessionOf(sluice)) {
            sluice.signal(Signal.QUIT);

            String line = sluice.awaitLine("(SIGQUIT) received");
            assertThat(line).contains("from " + ProcessHandle.current().pid()).contains("shutting down");
            awaitRefusal();
            assertThat(exchange(session, "still here")).isEqualTo("still here");
            assertThat(sluice.isAlive()).isTrue();
            session.shutdownOutput();
            assertThat(sluice.awaitExit()).isZero();
            assertThat(pid).doesNotExist();
        }
    }

    @Test
    void otherSignalsAreAnsweredWhileItServes() throws Exception {
        try (Launched sluice = start(configuration(""))) {
            sluice.awaitFile(pid);

            sluice.signal(Signal.USR1);
            sluice.awaitLine("signal 10 (SIGUSR1) received from " + ProcessHandle.current().pid() + ", reopening logs");
            sluice.signal(Signal.USR2);
            sluice.awaitLine("signal 12 (SIGUSR2) received from " + ProcessHandle.current().pid() + ", ignored");
            sluice.signal(Signal.WINCH);
            sluice.awaitLine("signal 28 (SIGWINCH) received from " + ProcessHandle.current().pid() + ", ignored");
            sluice.signal(Signal.HUP);
            sluice.awaitLine("signal 1 (SIGHUP) received from " + ProcessHandle.current().pid() + ", reconfiguring");

            assertThat(echo(port, "hello")).isEqualTo("hello");
        }
    }

    @Test
    void controlCommandsReachIt() throws Exception {
        Path file = configuration("");
        try (Launched sluice = start(file)) {
            sluice.awaitFile(pid);

            assertThat(Launched.run(directory, "-s", "reopen", "-c", file.toString()).exitCode()).isZero();
            sluice.awaitLine("(SIGUSR1) received");
            assertThat(Launched.run(directory, "-s", "reload", "-c", file.toString()).exitCode()).isZero();
            sluice.awaitLine("(SIGHUP) received");
            assertThat(Launched.run(directory, "-s", "quit", "-c", file.toString()).exitCode()).isZero();
            assertThat(sluice.awaitExit()).isZero();
        }
    }

    @Test
    void reloadTakesTheNewFileAndSurvivesABrokenOne() throws Exception {
        Path file = configuration("");
        try (Launched sluice = start(file);
                Socket session = sessionOf(sluice)) {
            int first = port;
            port = LoopbackPort.free(0);
            Path moved = directory.resolve("moved.pid");
            Path old = pid;
            pid = moved;
            configuration("");
            sluice.signal(Signal.HUP);
            assertThat(sluice.awaitFile(moved)).isEqualTo(sluice.pid() + "\n");
            assertThat(echo(port, "new")).isEqualTo("new");
            assertThat(exchange(session, "old")).isEqualTo("old");
            awaitRefusal(first);
            assertThat(old).doesNotExist();

            Files.writeString(file, "events {}\nstream { foo; }\n");
            sluice.signal(Signal.HUP);
            sluice.awaitLine("unknown directive \"foo\" in " + file + ":2:10");
            assertThat(echo(port, "unharmed")).isEqualTo("unharmed");
        }
    }

    @Test
    void aSecondInstanceFails() throws Exception {
        Path file = configuration("");
        try (Launched sluice = start(file)) {
            sluice.awaitFile(pid);

            Launched.Result second = Launched.run(directory, "-c", file.toString());

            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.err()).contains("bind() to 127.0.0.1:" + port + " failed (98: Address already in use)");
            assertThat(pid).hasContent(sluice.pid() + "\n");
            assertThat(echo(port, "first")).isEqualTo("first");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<&-", ">&-", "2>&-", "<&- >&- 2>&-"})
    void startsWithClosedDescriptors(String closing) throws Exception {
        Path file = configuration("error_log error.log notice;");
        String command = "exec '" + Launched.script() + "' -p . -c '" + file + "' " + closing;
        try (Launched sluice = Launched.start(directory, List.of("/bin/sh", "-c", command))) {
            assertThat(sluice.awaitFile(pid)).isEqualTo(sluice.pid() + "\n");
            for (int descriptor = 0; descriptor <= 2; descriptor++) {
                Path target = Files.readSymbolicLink(Path.of("/proc/" + sluice.pid() + "/fd/" + descriptor));
                assertThat(target.toString()).as("descriptor %d", descriptor).matches("/dev/null|pipe:.*|/.*out.*");
            }
            assertThat(echo(port, "hello")).isEqualTo("hello");
        }
    }

    @Test
    void becomesTheUserItIsToldTo() throws Exception {
        assumeTrue(Privileges.root(), "only root can become somebody else");
        Path file = configuration("user nobody;");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Launched sluice = start(file)) {
            sluice.awaitLine("start 1 worker"); // after the drop

            assertThat(echo(port, "hello")).isEqualTo("hello");
            assertThat(status(sluice, "Uid:")).matches("65534\\s+65534\\s+65534\\s+65534");
            sluice.signal(Signal.TERM);
            assertThat(sluice.awaitExit()).isZero();
            assertThat(pid).as("in a directory of root's").doesNotExist();
        }
    }

    @Test
    void thePidFileGoesEvenWhenRootIsGoneAndTheServerKilled() throws Exception {
        assumeTrue(Privileges.root(), "only root can become somebody else");
        try (Launched sluice = start(configuration("user nobody;"))) {
            sluice.awaitFile(pid);
            assertThat(sluice.awaitLine("can no longer be read")).contains(directory.resolve("nginx.conf").toString());

            assertThat(new ProcessCalls().kill(sluice.pid(), 9)).isZero();

            sluice.awaitExit();
            while (Files.exists(pid)) {
                Thread.onSpinWait(); // bounded by the test's time limit
            }
        }
    }

    @Test
    void aPidFileThatCannotBeWrittenStopsTheStart() throws Exception {
        pid = directory.resolve("missing/sluice.pid");

        Launched.Result result = Launched.run(directory, "-c", configuration("").toString());

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("open() \"" + pid + "\" failed (2: No such file or directory)");
    }

    private Launched start(Path file) throws IOException {
        return Launched.start(directory, "-p", directory.toString(), "-c", file.toString());
    }

    private Path configuration(String main) throws IOException {
        return Files.writeString(directory.resolve("nginx.conf"), """
                %s
                %s
                %s
                pid %s;
                events {}
                stream {
                    server {
                        listen 127.0.0.1:%d;
                        proxy_pass 127.0.0.1:%d;
                        proxy_half_close on;
                    }
                }
                """
                .formatted(
                        main,
                        main.contains("user") ? "" : "user root;",
                        main.contains("error_log") ? "" : "error_log stderr notice;",
                        pid,
                        port,
                        upstream.port()));
    }

    private Socket sessionOf(Launched sluice) throws IOException {
        sluice.awaitFile(pid);
        Socket session = new Socket(InetAddress.getLoopbackAddress(), port);
        assertThat(exchange(session, "begin")).isEqualTo("begin");
        return session;
    }

    private static String exchange(Socket session, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        session.getOutputStream().write(bytes);
        return new String(session.getInputStream().readNBytes(bytes.length), StandardCharsets.US_ASCII);
    }

    private static String echo(int port, String text) throws IOException {
        try (Socket session = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return exchange(session, text);
        }
    }

    private void awaitRefusal() {
        awaitRefusal(port);
    }

    private static void awaitRefusal(int port) {
        assertThatThrownBy(() -> {
                    while (true) {
                        new Socket(InetAddress.getLoopbackAddress(), port).close();
                    }
                })
                .isInstanceOf(ConnectException.class);
    }

    private static String processName(Launched sluice) throws IOException {
        return Files.readString(Path.of("/proc/" + sluice.pid() + "/comm")).strip();
    }

    private static String status(Launched sluice, String name) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + sluice.pid() + "/status"))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(name.length()).strip())
                    .findFirst()
                    .orElseThrow();
        }
    }
}
