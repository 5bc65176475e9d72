package io.sluice.bench.compare;

import java.nio.file.Path;

/// The configuration that nginx and Sluice share, word for word. Immutable.
final class NginxLanguage {

    private NginxLanguage() {}

    static String text(Setup setup, Path pidFile, Path errorLog) {
        int workers = setup.demands().workers();
        String user = setup.user().isEmpty() ? "" : "user " + setup.user() + " " + setup.group() + ";\n";
        String bind = setup.demands().flowAddresses() ? "\n        proxy_bind $remote_addr;" : "";
        // One worker needs it for datagrams only; of several, the one that wakes first would get most connections.
        String shared = workers > 1 ? " reuseport" : "";
        return user + """
                daemon off;
                worker_processes %d;
                pid %s;
                error_log %s crit;
                events {
                    worker_connections %d;
                }
                stream {
                    access_log off;
                    proxy_buffer_size 16k;
                    server {
                        listen 127.0.0.1:%d%s;
                        proxy_pass 127.0.0.1:%d;
                    }
                    server {
                        listen 127.0.0.1:%d%s;
                        proxy_pass 127.0.0.1:%d;
                    }
                    server {
                        listen 127.0.0.1:%d%s;
                        proxy_pass 127.0.0.1:%d;
                    }
                    server {
                        listen 127.0.0.1:%d udp reuseport;
                        proxy_pass 127.0.0.1:%d;%s
                    }
                }
                http {
                    access_log off;
                    keepalive_requests 1000000000;
                    upstream web {
                        server 127.0.0.1:%d;
                        keepalive 256;
                        keepalive_requests 1000000000;
                    }
                    server {
                        listen 127.0.0.1:%d%s;
                        listen 127.0.0.1:%d ssl%s;
                        ssl_certificate %s;
                        ssl_certificate_key %s;
                        ssl_protocols TLSv1.2 TLSv1.3;
                        proxy_http_version 1.1;
                        proxy_max_temp_file_size 0;
                        proxy_read_timeout 10m;
                        location / {
                            proxy_pass http://web;
                            proxy_set_header Connection "";
                        }
                        location /upgrade {
                            proxy_pass http://web;
                            proxy_set_header Upgrade $http_upgrade;
                            proxy_set_header Connection "upgrade";
                        }
                    }
                }
                """.formatted(
                        workers,
                        pidFile,
                        errorLog,
                        2 * setup.demands().sessions(),
                        setup.listen().echo(),
                        shared,
                        setup.upstreams().echo(),
                        setup.listen().source(),
                        shared,
                        setup.upstreams().source(),
                        setup.listen().once(),
                        shared,
                        setup.upstreams().once(),
                        setup.listen().datagrams(),
                        setup.upstreams().datagrams(),
                        bind,
                        setup.upstreams().web(),
                        setup.listen().web(),
                        shared,
                        setup.listen().secure(),
                        shared,
                        Certificate.chain(setup.directory()),
                        Certificate.key(setup.directory()));
    }
}
