package io.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The nginx of this machine with a configuration of the test's, in a directory of its own: what Sluice is compared with.
/// Thread-safe.
///
/// One process in the foreground, ended with the test. The text is the inside of `stream {}`, as for [RunningProxy].
public final class RunningNginx implements AutoCloseable {

    private static final Path PROGRAM = Path.of("/usr/sbin/nginx");

    private static final Path STREAM_MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

    private static final int READ_TIMEOUT_MILLIS = 20_000;

    private static final int SECONDS = 20;

    private final Path directory;

    private final List<Integer> ports;

    private final Process process;

    private RunningNginx(Path directory, List<Integer> ports, Process process) {
        this.directory = directory;
        this.ports = ports;
        this.process = process;
    }

    /// Whether this machine has an nginx with the stream module.
    public static boolean isInstalled() {
        return Files.isExecutable(PROGRAM) && Files.exists(STREAM_MODULE);
    }

    /// Starts, and returns when it listens.
    public static RunningNginx start(String stream) throws IOException {
        return start("stream", stream);
    }

    /// As [#start(String)], with the inside of `http {}`.
    public static RunningNginx startHttp(String http) throws IOException {
        return start("http", http);
    }

    private static RunningNginx start(String block, String text) throws IOException {
        Path directory = Files.createTempDirectory("nginx-test");
        List<Integer> ports = new ArrayList<>();
        Files.writeString(directory.resolve("nginx.conf"), """
                load_module %s;
                daemon off;
                master_process off;
                error_log %s/error.log info;
                pid %s/nginx.pid;
                events {}
                %s {
                %s
                }
                """.formatted(STREAM_MODULE, directory, directory,
                        block, FreePorts.fill(text, ports).replace("${dir}", directory.toString())));
        Process process = new ProcessBuilder(
                        PROGRAM.toString(), "-p", directory.toString(), "-c", directory.resolve("nginx.conf").toString(),
                        "-e", directory.resolve("error.log").toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        RunningNginx nginx = new RunningNginx(directory, ports, process);
        Eventually.await(() -> "nginx starts:\n" + nginx.file("output") + nginx.file("error.log"),
                () -> !process.isAlive() || !nginx.file("nginx.pid").isEmpty());
        if (!process.isAlive()) {
            String said = nginx.file("output");
            nginx.close();
            throw new AssertionError("nginx did not start:\n" + said);
        }
        return nginx;
    }

    /// The address of the listener at `index`, of those whose port was chosen here.
    public InetSocketAddress address(int index) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), ports.get(index));
    }

    /// A connection to the listener at `index`.
    public Socket connect(int index) {
        try {
            Socket socket = new Socket();
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            socket.connect(address(index));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A file of its directory; empty while it does not exist.
    public String file(String name) {
        try {
            Path path = directory.resolve(name);
            return Files.exists(path) ? Files.readString(path) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The lines of a file once there are as many.
    public List<String> awaitLines(String name, int count) {
        Eventually.await(() -> count + " lines in " + name + ":\n" + file(name),
                () -> file(name).lines().count() >= count);
        return file(name).lines().toList();
    }

    /// Its directory.
    public Path directory() {
        return directory;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
