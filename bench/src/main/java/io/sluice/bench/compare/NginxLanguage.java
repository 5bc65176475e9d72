package io.sluice.bench.compare;

import java.nio.file.Path;

/// The configuration that nginx and Sluice share, word for word. Immutable.
final class NginxLanguage {

    private NginxLanguage() {}

    static String text(Setup setup, Path pidFile, Path errorLog) {
        String user = setup.user().isEmpty() ? "" : "user " + setup.user() + " " + setup.group() + ";\n";
        String bind = setup.flowAddresses() ? "\n        proxy_bind $remote_addr;" : "";
        return user + """
                daemon off;
                worker_processes 1;
                pid %s;
                error_log %s crit;
                events {
                    worker_connections %d;
                }
                stream {
                    access_log off;
                    server {
                        listen 127.0.0.1:%d;
                        proxy_pass 127.0.0.1:%d;
                    }
                    server {
                        listen 127.0.0.1:%d;
                        proxy_pass 127.0.0.1:%d;
                    }
                    server {
                        listen 127.0.0.1:%d;
                        proxy_pass 127.0.0.1:%d;
                    }
                    server {
                        listen 127.0.0.1:%d udp reuseport;
                        proxy_pass 127.0.0.1:%d;%s
                    }
                }
                """.formatted(
                        pidFile,
                        errorLog,
                        2 * setup.maxSessions(),
                        setup.listen().echo(),
                        setup.upstreams().echo(),
                        setup.listen().source(),
                        setup.upstreams().source(),
                        setup.listen().once(),
                        setup.upstreams().once(),
                        setup.listen().datagrams(),
                        setup.upstreams().datagrams(),
                        bind);
    }
}
