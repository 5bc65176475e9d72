package io.sluice.app;

import java.io.IOException;

import io.sluice.app.demo.ChatServer;
import io.sluice.config.model.LogLevel;

/// `sluice demo`: a proxy with upstreams of its own on loopback ports, and commands to try on it. Used during start-up only.
final class Demo {

    private static final int ECHO_PORT = 9001;
    private static final int GREETING_PORT = 9002;
    private static final int DATAGRAM_PORT = 9003;
    private static final int CHAT_PORT = 9004;

    /// Where the proxy listens, or its upstreams do. Immutable.
    private record Ports(int echo, int greeting, int datagrams, int chat) {}

    private Demo() {}

    /// Runs until Ctrl-C; returns the exit code.
    static int run() {
        try (EchoServer first = EchoServer.start();
                EchoServer second = EchoServer.start();
                DatagramEchoServer datagrams = DatagramEchoServer.start();
                ChatServer chat = ChatServer.start()) {
            Ports ports = new Ports(
                    LoopbackPort.free(ECHO_PORT), LoopbackPort.free(GREETING_PORT),
                    LoopbackPort.freeForDatagrams(DATAGRAM_PORT), LoopbackPort.free(CHAT_PORT));
            String configuration = streamConfiguration(ports, first.port(), second.port(), datagrams.port())
                    + httpConfiguration(ports, chat.port());
            Service service = new Service(
                    ConfigLoader.ofText("demo", configuration),
                    new StandardErrorLog(LogLevel.NOTICE),
                    Service.Announcement.NONE);
            return service.run(() -> System.out.print(introduction(configuration, ports)));
        } catch (IOException e) {
            System.err.println("sluice: [emerg] the demo cannot start: " + e.getMessage());
            return 1;
        }
    }

    private static String streamConfiguration(Ports ports, int first, int second, int datagrams) {
        return """
                worker_processes auto;
                error_log stderr warn;

                events {}

                stream {
                    log_format demo '$protocol $remote_addr -> $upstream_addr  $bytes_received in, $bytes_sent out, ${session_time}s';
                    access_log /dev/stderr demo;

                    upstream echo {
                        server 127.0.0.1:%d;
                        server 127.0.0.1:%d;
                    }

                    server {
                        listen 127.0.0.1:%d;
                        proxy_pass echo;
                        proxy_half_close on;
                    }

                    server {
                        listen 127.0.0.1:%d;
                        return "Hello $remote_addr:$remote_port, this is $hostname, session $connection.\\n";
                    }

                    server {
                        listen 127.0.0.1:%d udp;
                        proxy_pass 127.0.0.1:%d;
                        proxy_responses 1;
                    }
                }
                """
                .formatted(first, second, ports.echo(), ports.greeting(), ports.datagrams(), datagrams);
    }

    private static String httpConfiguration(Ports ports, int chat) {
        return """

                http {
                    log_format demo 'HTTP $remote_addr "$request" -> $upstream_addr  $status, $bytes_sent out, ${request_time}s';
                    access_log /dev/stderr demo;

                    map $http_upgrade $connection_upgrade {
                        default upgrade;
                        ''      close;
                    }

                    server {
                        listen 127.0.0.1:%d;
                        location / {
                            proxy_pass http://127.0.0.1:%d;
                            proxy_http_version 1.1;
                            proxy_set_header Upgrade $http_upgrade;
                            proxy_set_header Connection $connection_upgrade;
                        }
                    }
                }
                """
                .formatted(ports.chat(), chat);
    }

    private static String introduction(String configuration, Ports ports) {
        return """
                Sluice is running, as process %d, with this configuration:

                %s
                Two echo servers are behind port %d, which take turns, one for UDP behind port %d,
                and a chat by WebSocket behind port %d. Try, in another terminal:

                    printf 'hello\\n' | nc -N 127.0.0.1 %d      # there and back again
                    nc 127.0.0.1 %d                            # type something; end with Ctrl-D
                    curl -s telnet://127.0.0.1:%d </dev/null  # answered by the proxy itself
                    echo hello | nc -u -W 1 127.0.0.1 %d       # a datagram there and back again
                    xdg-open http://127.0.0.1:%d/              # the chat's page; open it twice

                Each session is logged here when it ends. Ctrl-C ends the demo.
                """
                .formatted(
                        ProcessHandle.current().pid(),
                        configuration.indent(4).stripTrailing() + "\n",
                        ports.echo(),
                        ports.datagrams(),
                        ports.chat(),
                        ports.echo(),
                        ports.echo(),
                        ports.greeting(),
                        ports.datagrams(),
                        ports.chat());
    }
}
