package io.sluice.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.sluice.config.model.LogLevel;
import io.sluice.server.ProxyServer;
import io.sluice.server.ServerOptions;

/// What the launcher's build runs while the JVM records which classes a start needs, for its ahead-of-time cache: a start that
/// listens, a session, a reload, a stop and a configuration test. Used during the build only.
final class StartupTraining {

    private StartupTraining() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("sluice-training");
        Path file = directory.resolve("nginx.conf");
        try (EchoServer upstream = EchoServer.start()) {
            int port = LoopbackPort.free(0);
            Files.writeString(file, configuration(port, upstream.port()));
            Options options = OptionParser.parse("-t", "-p", directory.toString(), "-c", file.getFileName().toString());
            ConfigLocation location = ConfigLocation.of(options);
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
            new ConfigCheck(options, nowhere, nowhere).run(location, ConfigLoader.ofFile(location));
            serve(location, port);
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(directory);
        }
    }

    private static void serve(ConfigLocation location, int port) throws Exception {
        ServerOptions options = ServerOptions.of(new StandardErrorLog(LogLevel.WARN))
                .withListening((_, account) -> {
                    try {
                        PidFile.write(location.prefix().resolve("pid"), account).delete();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
        try (ProxyServer server = ProxyServer.start(ConfigLoader.ofFile(location), options)) {
            exchange(port);
            server.reload();
            exchange(port);
            server.quit();
            server.awaitTermination();
        }
    }

    private static void exchange(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            out.write("training".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            in.readAllBytes();
        }
    }

    private static String configuration(int port, int upstream) {
        return """
                error_log stderr warn;
                events {
                    worker_connections 1024;
                }
                stream {
                    log_format short '$remote_addr $status $session_time';
                    map $remote_addr $kind {
                        default other;
                        127.0.0.1 local;
                    }
                    upstream echo {
                        least_conn;
                        server 127.0.0.1:%d weight=2;
                    }
                    server {
                        listen 127.0.0.1:%d;
                        proxy_pass echo;
                        proxy_half_close on;
                        proxy_timeout 1m;
                        allow 127.0.0.0/8;
                        deny all;
                    }
                }
                """
                .formatted(upstream, port);
    }
}
