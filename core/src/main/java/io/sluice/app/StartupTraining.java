package io.sluice.app;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

import io.sluice.config.model.LogLevel;
import io.sluice.transport.linux.Account;
import io.sluice.transport.linux.ProcessCalls;
import io.sluice.transport.linux.Signal;

/// What the launcher's build runs while the JVM records which classes a start needs, for its ahead-of-time cache: a
/// configuration test, a start that listens, sessions, a reload, a graceful stop. Used during the build only.
final class StartupTraining {

    private StartupTraining() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("sluice-training");
        Path file = directory.resolve("nginx.conf");
        try (EchoServer upstream = EchoServer.start()) {
            int port = LoopbackPort.free(0);
            int httpPort = LoopbackPort.free(0);
            Files.writeString(file, configuration(port, httpPort, upstream.port()));
            Options options = OptionParser.parse("-t", "-p", directory.toString(), "-c", file.getFileName().toString());
            ConfigLocation location = ConfigLocation.of(options);
            PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
            new ConfigCheck(options, nowhere, nowhere).run(location, ConfigLoader.ofFile(location));
            giveUpNothing(directory);
            ConfigLoader loader = ConfigLoader.ofFile(location);
            Service service =
                    new Service(loader, new StandardErrorLog(LogLevel.WARN), Service.Announcement.PID_FILE);
            int exitCode = service.run(() -> Thread.ofPlatform().daemon().start(() -> use(port, httpPort)));
            if (exitCode != 0) {
                throw new IllegalStateException("the server did not start");
            }
        } finally {
            Files.deleteIfExists(directory.resolve("training.log"));
            Files.deleteIfExists(file);
            Files.deleteIfExists(directory);
        }
    }

    /// What a start as root does besides; the training itself goes on as whoever builds, who owns the cache.
    private static void giveUpNothing(Path directory) throws IOException {
        Account.find("nobody", Optional.empty());
        PidFileRemover.start(directory.resolve("none"), 0).close();
    }

    private static void use(int port, int httpPort) {
        ProcessCalls calls = new ProcessCalls();
        int self = (int) ProcessHandle.current().pid();
        try {
            exchange(port, "training");
            exchange(httpPort, "GET / HTTP/1.0\r\n\r\n");
            // The echo is no response, which is an answer too.
            exchange(httpPort, "GET /proxied HTTP/1.0\r\n\r\n");
            calls.kill(self, Signal.HUP.number());
            exchange(port, "training");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } finally {
            calls.kill(self, Signal.TERM.number());
        }
    }

    private static void exchange(int port, String text) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            socket.getInputStream().readAllBytes();
        }
    }

    private static String configuration(int port, int httpPort, int upstream) {
        return """
                user root;
                pid training.pid;
                error_log training.log notice;
                events {
                    worker_connections 1024;
                }
                stream {
                    log_format short '$remote_addr $status $session_time $kind';
                    map $remote_addr $kind {
                        default other;
                        127.0.0.1 local;
                    }
                    access_log training.log short;
                    upstream echo {
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
                http {
                    access_log training.log;
                    upstream echo {
                        server 127.0.0.1:%d;
                    }
                    server {
                        listen 127.0.0.1:%d;
                        location /proxied {
                            proxy_pass http://echo;
                            proxy_set_header Host $host;
                        }
                        location / {
                            return 200 training;
                        }
                    }
                }
                """
                .formatted(upstream, port, upstream, httpPort);
    }
}
