package io.sluice.app;

import java.io.IOException;

import io.sluice.config.model.LogLevel;

/// `sluice demo`: a proxy with upstreams of its own on loopback ports, and commands to try on it. Used during start-up only.
final class Demo {

    private static final int ECHO_PORT = 9001;
    private static final int GREETING_PORT = 9002;
    private static final int DATAGRAM_PORT = 9003;

    private Demo() {}

    /// Runs until Ctrl-C; returns the exit code.
    static int run() {
        try (EchoServer first = EchoServer.start();
                EchoServer second = EchoServer.start();
                DatagramEchoServer datagrams = DatagramEchoServer.start()) {
            int echo = LoopbackPort.free(ECHO_PORT);
            int greeting = LoopbackPort.free(GREETING_PORT);
            int datagram = LoopbackPort.freeForDatagrams(DATAGRAM_PORT);
            String configuration =
                    configuration(echo, greeting, datagram, first.port(), second.port(), datagrams.port());
            Service service = new Service(
                    ConfigLoader.ofText("demo", configuration),
                    new StandardErrorLog(LogLevel.NOTICE),
                    Service.Announcement.NONE);
            return service.run(() -> System.out.print(introduction(configuration, echo, greeting, datagram)));
        } catch (IOException e) {
            System.err.println("sluice: [emerg] the demo cannot start: " + e.getMessage());
            return 1;
        }
    }

    private static String configuration(
            int echo, int greeting, int datagram, int first, int second, int datagrams) {
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
                .formatted(first, second, echo, greeting, datagram, datagrams);
    }

    private static String introduction(String configuration, int echo, int greeting, int datagram) {
        return """
                Sluice is running, as process %d, with this configuration:

                %s
                Two echo servers are behind port %d, which take turns, and one for UDP behind port %d. Try, in another terminal:

                    printf 'hello\\n' | nc -N 127.0.0.1 %d      # there and back again
                    nc 127.0.0.1 %d                            # type something; end with Ctrl-D
                    curl -s telnet://127.0.0.1:%d </dev/null  # answered by the proxy itself
                    echo hello | nc -u -W 1 127.0.0.1 %d       # a datagram there and back again

                Each session is logged here when it ends. Ctrl-C ends the demo.
                """
                .formatted(
                        ProcessHandle.current().pid(),
                        configuration.indent(4).stripTrailing() + "\n",
                        echo,
                        datagram,
                        echo,
                        echo,
                        greeting,
                        datagram);
    }
}
