package io.sluice.server;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.testing.Eventually;
import io.sluice.testing.FreePorts;
import io.sluice.testing.TestUpstream;
import io.sluice.testing.Wire;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// Descriptors run out in a process of its own: accepting rests and goes on when there are some again.
class DescriptorsExhaustedTest {

    private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");

    /// Fewer than a JVM has open: no further one can be had.
    private static final int NONE_LEFT = 10;

    private static final int PLENTY = 1000;

    private static final int TIMEOUT_MILLIS = 20_000;

    private static final int SECONDS = 20;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void acceptingRestsAndRecovers(Transport transport, @TempDir Path directory) throws Exception {
        assumeTrue(Files.isExecutable(PRLIMIT), "no prlimit(1)");
        int port = FreePorts.next();
        Path errorLog = directory.resolve("error.log");
        try (TestUpstream upstream = TestUpstream.start()) {
            Files.writeString(directory.resolve("nginx.conf"), """
                    worker_processes 1;
                    user root;
                    error_log %1$s/error.log info;
                    pid %1$s/sluice.pid;
                    events { worker_connections 5000; }
                    stream { server { listen 127.0.0.1:%2$d; proxy_pass %3$s; } }
                    """.formatted(directory, port, upstream.address()));
            Process child = start(directory, transport);
            try {
                Eventually.await(() -> "the child starts: " + text(directory.resolve("output")) + text(errorLog),
                        () -> Files.exists(directory.resolve("sluice.pid")) || !child.isAlive());
                try (Socket present = connect(port)) {
                    assertThat(Wire.echo(present, "x")).isEqualTo("x");
                    limit(child, NONE_LEFT);
                    try (Socket waiting = connect(port)) {
                        Wire.send(waiting, "y");
                        Eventually.await(() -> "the log tells it:\n" + text(errorLog),
                                () -> text(errorLog).contains("accept4() failed (24: Too many open files)"));
                        assertThat(Wire.echo(present, "still here")).isEqualTo("still here");
                        limit(child, PLENTY);
                        assertThat(Wire.read(waiting, 1)).isEqualTo("y");
                    }
                }
                // Between attempts it rests, instead of filling the log.
                assertThat(text(errorLog).lines().filter(line -> line.contains("accept4() failed")).count())
                        .isLessThan(50);
            } finally {
                child.destroy();
                boolean ended = child.waitFor(SECONDS, TimeUnit.SECONDS);
                child.destroyForcibly().waitFor();
                assertThat(ended).as("TERM ends the child").isTrue();
            }
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    private static void limit(Process child, int descriptors) throws Exception {
        // The soft limit only, which may be raised again.
        Process prlimit = new ProcessBuilder(
                        PRLIMIT.toString(), "--pid", Long.toString(child.pid()), "--nofile=" + descriptors + ":")
                .inheritIO()
                .start();
        assertThat(prlimit.waitFor()).isZero();
    }

    private static Process start(Path directory, Transport transport) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                        "-Dsluice.transport=" + transport.label(),
                        "-cp", jars(directory), "io.sluice.app.Main",
                        "-p", directory.toString(), "-c", directory.resolve("nginx.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
    }

    /// The class path with jars instead of directories, as the product is run: a class in an open jar needs no descriptor.
    private static String jars(Path directory) {
        StringJoiner path = new StringJoiner(File.pathSeparator);
        ToolProvider tool = ToolProvider.findFirst("jar").orElseThrow();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (entry.endsWith(".jar")) {
                path.add(entry);
            } else if (Files.isDirectory(Path.of(entry, "io/sluice/transport"))
                    || Files.isDirectory(Path.of(entry, "io/sluice/app"))) {
                String jar = directory.resolve(path.length() + ".jar").toString();
                int result = tool.run(
                        System.out, System.err, "--create", "--no-compress", "--file", jar, "-C", entry, "io");
                assertThat(result).isZero();
                path.add(jar);
            }
        }
        return path.toString();
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }
}
