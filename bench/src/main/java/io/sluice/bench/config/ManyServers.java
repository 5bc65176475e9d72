package io.sluice.bench.config;

/// The text of a configuration with many servers on one port, as a hosting company has it. Immutable.
final class ManyServers {

    private ManyServers() {}

    /// Server `n` is called `s<n>.example.com`, and whatever is below `s<n>.example.org`.
    static String text(int servers) {
        StringBuilder text = new StringBuilder("""
                worker_processes auto;
                events {
                    worker_connections 10240;
                }
                http {
                    access_log off;
                    upstream backend {
                        server 127.0.0.1:8010;
                        server 127.0.0.1:8011;
                    }
                """);
        for (int i = 0; i < servers; i++) {
            text.append("""
                        server {
                            listen 127.0.0.1:8080;
                            server_name s%1$d.example.com *.s%1$d.example.org;
                            location / {
                                proxy_pass http://backend;
                                proxy_set_header Host $host;
                                proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                            }
                            location /static/ {
                                root /var/www/s%1$d;
                            }
                            location ~ \\.cgi$ {
                                proxy_pass http://backend;
                                proxy_read_timeout 30s;
                            }
                        }
                    """.formatted(i));
        }
        return text.append("}\n").toString();
    }
}
