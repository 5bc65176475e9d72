package io.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.sluice.app.Sluice;
import io.sluice.config.model.Address;
import io.sluice.config.model.LogLevel;
import io.sluice.server.ProxyServer;
import io.sluice.server.ReloadResult;
import io.sluice.server.ServerOptions;
import io.sluice.server.StartException;
import io.sluice.session.ErrorSink;
import io.sluice.transport.Transport;

/// A proxy in this JVM, with a configuration of the test's, on free ports, in a directory of its own.
/// Thread-safe.
///
///     try (TestUpstream upstream = TestUpstream.start();
///             RunningProxy proxy = RunningProxy.start(transport, """
///                     server { listen 127.0.0.1:0; proxy_pass %s; }
///                     """.formatted(upstream.address()))) {
///         Socket socket = proxy.connect();
///
/// The text is the inside of `stream {}`. `${dir}` in it is the directory, and each `127.0.0.1:0` a free port, the same
/// after a reload. The error log is written there at level info.
public final class RunningProxy implements AutoCloseable {

    private static final int READ_TIMEOUT_MILLIS = 20_000;

    /// Marks a text that is the content of an `http` block.
    private static final String HTTP = "# http\n";

    private final Path directory;

    private final List<Integer> ports;

    private final ProxyServer server;

    private RunningProxy(Path directory, List<Integer> ports, ProxyServer server) {
        this.directory = directory;
        this.ports = ports;
        this.server = server;
    }

    /// Starts with one worker and an `http` block.
    public static RunningProxy startHttp(Transport transport, String http) {
        return start(transport, "worker_processes 1;", HTTP + http);
    }

    /// Starts with one worker.
    public static RunningProxy start(Transport transport, String stream) {
        return start(transport, "worker_processes 1;", stream);
    }

    /// Starts with directives of the main context, `worker_processes` among them.
    public static RunningProxy start(Transport transport, String main, String stream) {
        try {
            return tryStart(transport, main, stream);
        } catch (StartException e) {
            throw new AssertionError(e.messages().toString(), e);
        }
    }

    /// As [#start(Transport, String, String)], for a test of what stands in the way.
    public static RunningProxy tryStart(Transport transport, String main, String stream) throws StartException {
        return tryStart(transport, main, UnaryOperator.identity(), stream);
    }

    private static RunningProxy tryStart(
            Transport transport, String main, UnaryOperator<ServerOptions> change, String stream)
            throws StartException {
        Path directory = null;
        ProxyServer server = null;
        try {
            directory = Files.createTempDirectory("sluice-test");
            List<Integer> ports = new ArrayList<>();
            write(directory, main, FreePorts.fill(stream, ports));
            ServerOptions options =
                    change.apply(ServerOptions.of(new NoLog()).withTransport(transport.label()));
            server = Sluice.start(directory.resolve("nginx.conf"), options);
            return new RunningProxy(directory, ports, server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (server == null && directory != null) {
                delete(directory);
            }
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Starts with one worker and options of the test's.
    public static RunningProxy start(Transport transport, UnaryOperator<ServerOptions> change, String stream) {
        try {
            return tryStart(transport, "worker_processes 1;", change, stream);
        } catch (StartException e) {
            throw new AssertionError(e.messages().toString(), e);
        }
    }

    private static void write(Path directory, String main, String stream) throws IOException {
        String text = """
                %s
                error_log %s/error.log info;
                pid %s/sluice.pid;
                events { worker_connections 10000; }
                %s {
                %s
                }
                """.formatted(
                        main, directory, directory, stream.startsWith(HTTP) ? "http" : "stream",
                        stream.replace(HTTP, "").replace("${dir}", directory.toString()));
        Files.writeString(directory.resolve("nginx.conf"), main.contains("events") ? text.replace(
                "events { worker_connections 10000; }", "") : text);
    }

    /// The running server.
    public ProxyServer server() {
        return server;
    }

    /// Replaces the configuration and reloads.
    public ReloadResult reload(String main, String stream) {
        try {
            write(directory, main, FreePorts.fill(stream, ports));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return server.reload();
    }

    /// As [#reload], of an `http` block.
    public ReloadResult reloadHttp(String http) {
        return reload("worker_processes 1;", HTTP + http);
    }

    /// The address of the first listener.
    public InetSocketAddress address() {
        return address(0);
    }

    /// The address of the listener at `index`, in the order of the configuration.
    public InetSocketAddress address(int index) {
        Address.Ip ip = (Address.Ip) server.status().listening().get(index);
        return new InetSocketAddress(ip.host(), ip.port());
    }

    /// A connection to the first listener, with a generous read timeout.
    public Socket connect() {
        return connect(0);
    }

    /// A connection to the listener at `index`.
    public Socket connect(int index) {
        try {
            Socket socket = new Socket();
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.connect(address(index), READ_TIMEOUT_MILLIS);
            return socket;
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the proxy did not accept", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A file of the proxy's directory; empty while it does not exist.
    public String file(String name) {
        try {
            Path path = directory.resolve(name);
            return Files.exists(path) ? Files.readString(path) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The lines of a file once there are as many, for access logs written at the end of sessions.
    public List<String> awaitLines(String name, int count) {
        Eventually.await(() -> count + " lines in " + name + ":\n" + file(name),
                () -> file(name).lines().count() >= count);
        return file(name).lines().toList();
    }

    /// The error log so far.
    public String errorLog() {
        return file("error.log");
    }

    /// Waits for a text in the error log.
    public void awaitErrorLog(String text) {
        Eventually.await(() -> "\"" + text + "\" in the error log:\n" + errorLog(), () -> errorLog().contains(text));
    }

    /// Waits until no session is left.
    public void awaitNoSessions() {
        Eventually.await(() -> server.status().sessions() + " sessions left", () -> server.status().sessions() == 0);
    }

    /// The proxy's directory.
    public Path directory() {
        return directory;
    }

    @Override
    public void close() {
        server.close();
        delete(directory);
    }

    /// Messages until the error log is open are of no interest: a start that fails says why by exception.
    private static final class NoLog implements ErrorSink {

        @Override
        public boolean admits(LogLevel level) {
            return false;
        }

        @Override
        public void log(LogLevel level, long connection, String message) {}
    }
}
