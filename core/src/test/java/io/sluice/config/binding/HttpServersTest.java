package io.sluice.config.binding;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.ByteSize;
import io.sluice.config.model.HttpServerConfig;
import io.sluice.config.model.HttpServerConfig.ConnectionOptions;
import io.sluice.config.model.HttpServerConfig.ServerName;
import io.sluice.config.model.ListenerConfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/// Servers of http: where they listen, what they are called, what holds for a connection.
class HttpServersTest {

    @Test
    void withoutListenItIsPort80Or8000() {
        String text = "events {}\nhttp { server { } }\n";

        assertThat(Bound.of(text, Bound.environment(1, true)).firstHttpServer().listeners())
                .extracting(l -> l.address().toString()).containsExactly("0.0.0.0:80");
        assertThat(Bound.of(text, Bound.environment(1, false)).firstHttpServer().listeners())
                .extracting(l -> l.address().toString()).containsExactly("0.0.0.0:8000");
    }

    @Test
    void thePortMayBeLeftOut() {
        HttpServerConfig server = Bound.http("""
                server { listen 127.0.0.1; listen [::1]:81; listen localhost; listen unix:/run/a.sock; listen 90-91; }
                """.replace("listen localhost; ", "")).firstHttpServer();

        assertThat(server.listeners()).extracting(l -> l.address().toString()).containsExactly(
                "127.0.0.1:80", "[::1]:81", "unix:/run/a.sock", "0.0.0.0:90", "0.0.0.0:91");
    }

    @Test
    void protocolsHoldForTheAddress() {
        Bound bound = Bound.http("""
                server {
                    listen 8443 ssl;
                    ssl_certificate a.pem;
                    ssl_certificate_key a.key;
                }
                server { listen 8443; server_name b; }
                """);

        assertThat(bound.messages()).isEmpty();
        assertThat(bound.config().http().servers()).flatExtracting(HttpServerConfig::listeners)
                .extracting(ListenerConfig::tls)
                .containsExactly(true, true);
    }

    @Test
    void protocolsThatAddUpAreWarnedOf() {
        assertThat(Bound.http("""
                server { listen 8080 proxy_protocol; }
                server {
                    listen 8080 ssl;
                    server_name b;
                    ssl_certificate a.pem;
                    ssl_certificate_key a.key;
                }
                """).messages()).contains("protocol options redefined for 0.0.0.0:8080");
    }

    @Test
    void namesAreOfFourKinds() {
        HttpServerConfig server = Bound.httpServer(
                "server_name Example.com *.example.com .example.org www.*;\nserver_name ~^(?<sub>.+)\\.example\\.net$ \"\";")
                .firstHttpServer();

        assertThat(server.names()).satisfiesExactly(
                name -> assertThat(name).isInstanceOfSatisfying(
                        ServerName.Exact.class, n -> assertThat(n.name()).isEqualTo("example.com")),
                name -> assertThat(name).isInstanceOfSatisfying(ServerName.Suffix.class, n -> {
                    assertThat(n.suffix()).isEqualTo("example.com");
                    assertThat(n.matchesBare()).isFalse();
                }),
                name -> assertThat(name).isInstanceOfSatisfying(ServerName.Suffix.class, n -> {
                    assertThat(n.suffix()).isEqualTo("example.org");
                    assertThat(n.matchesBare()).isTrue();
                }),
                name -> assertThat(name).isInstanceOfSatisfying(
                        ServerName.Prefix.class, n -> assertThat(n.prefix()).isEqualTo("www")),
                name -> assertThat(name).isInstanceOfSatisfying(
                        ServerName.Regex.class,
                        n -> assertThat(n.pattern()).isEqualTo("^(?<sub>.+)\\.example\\.net$")),
                name -> assertThat(name).isInstanceOfSatisfying(
                        ServerName.Exact.class, n -> assertThat(n.name()).isEmpty()));
    }

    @Test
    void namesThatTwoServersHaveAreWarnedOf() {
        assertThat(Bound.http("""
                server { listen 8080; server_name a b; }
                server { listen 8080; server_name B .c; }
                server { listen 8080; server_name *.c; }
                server { listen 8081; server_name a; }
                """).lines()).containsExactly(
                "warning conflicting-server-name 4:35 conflicting server name \"b\" on 0.0.0.0:8080, ignored",
                "warning conflicting-server-name 5:35 conflicting server name \"*.c\" on 0.0.0.0:8080, ignored");
    }

    @Test
    void serversWithoutANameHaveTheEmptyOne() {
        assertThat(Bound.http("server { listen 8080; }\nserver { listen 8080; }").lines()).containsExactly(
                "warning conflicting-server-name 4:1 conflicting server name \"\" on 0.0.0.0:8080, ignored");
    }

    @Test
    void http2IsAnsweredWithAWarning() {
        assertThat(Bound.http("server { listen 8080 http2; }\nserver { listen 8081; http2 on; }").lines()).containsExactly(
                "warning http2-unavailable 3:22 HTTP/2 is not supported by Sluice yet, HTTP/1.1 is offered instead",
                "warning http2-unavailable 4:23 HTTP/2 is not supported by Sluice yet, HTTP/1.1 is offered instead");
        assertThat(Bound.httpServer("http2 off;").lines()).isEmpty();
    }

    @Test
    void connectionOptions() {
        assertThat(Bound.httpServer("").firstHttpServer().connection()).isEqualTo(ConnectionOptions.DEFAULT);
        HttpServerConfig server = Bound.http("""
                client_header_timeout 5s;
                large_client_header_buffers 2 16k;
                server {
                    listen 8080;
                    client_header_buffer_size 2k;
                    max_headers 50;
                    ignore_invalid_headers off;
                    underscores_in_headers on;
                    merge_slashes off;
                }
                """).firstHttpServer();
        assertThat(server.connection()).isEqualTo(new ConnectionOptions(
                Duration.ofSeconds(5), new ByteSize(2048), 2, new ByteSize(16 * 1024), 50, false, true, false));
    }
}
