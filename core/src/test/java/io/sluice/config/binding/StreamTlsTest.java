package io.sluice.config.binding;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.StreamServerConfig;
import io.sluice.config.model.TlsServerConfig.ClientVerification;
import io.sluice.config.model.TlsServerConfig.TlsVersion;

import static org.assertj.core.api.Assertions.assertThat;

/// TLS in the stream module.
class StreamTlsTest {

    private static final String BLOCK = """
            events {}
            stream {
            %s
            }
            """;

    private static List<StreamServerConfig> servers(String stream) {
        return Bound.of(BLOCK.formatted(stream)).config().stream().servers();
    }

    @Test
    void withClients() {
        StreamServerConfig server = servers("""
                ssl_protocols TLSv1.3;
                ssl_handshake_timeout 5s;
                server {
                    listen 1 ssl;
                    server_name a.example *.b.example;
                    ssl_certificate a.pem;
                    ssl_certificate_key a.key;
                    ssl_verify_client optional_no_ca;
                    ssl_alpn one two;
                    proxy_pass 127.0.0.1:2;
                }
                """).getFirst();
        assertThat(server.name()).isEqualTo("a.example");
        assertThat(server.names()).hasSize(2);
        assertThat(server.upstreamTls()).isEmpty();
        assertThat(server.tls()).hasValueSatisfying(tls -> {
            assertThat(tls.certificates()).hasSize(1);
            assertThat(tls.protocols()).containsExactly(TlsVersion.TLS_1_3);
            assertThat(tls.handshakeTimeout()).isEqualTo(Duration.ofSeconds(5));
            assertThat(tls.verifyClient()).isEqualTo(ClientVerification.OPTIONAL_NO_CA);
            assertThat(tls.alpn()).containsExactly("one", "two");
        });
    }

    @Test
    void withPeers() {
        StreamServerConfig server = servers("""
                proxy_ssl on;
                server {
                    listen 1;
                    proxy_ssl_name $server_addr;
                    proxy_ssl_server_name on;
                    proxy_ssl_alpn one;
                    proxy_pass 127.0.0.1:2;
                }
                """).getFirst();
        assertThat(server.tls()).isEmpty();
        assertThat(server.upstreamTls()).hasValueSatisfying(tls -> {
            assertThat(tls.name()).map(Object::toString).contains("${server_addr}");
            assertThat(tls.sendName()).isTrue();
            assertThat(tls.alpn()).map(Object::toString).containsExactly("one");
        });
    }

    @Test
    void namesTellServersOfAnAddressApartInAHandshake() {
        assertThat(Bound.of(BLOCK.formatted("""
                ssl_certificate a.pem;
                ssl_certificate_key a.key;
                server { listen 1 ssl; proxy_pass 127.0.0.1:2; }
                server { listen 1 ssl; server_name b; proxy_pass 127.0.0.1:3; }
                """)).lines()).isEmpty();
        assertThat(Bound.of(BLOCK.formatted("""
                server { listen 1; proxy_pass 127.0.0.1:2; }
                server { listen 1; server_name b; proxy_pass 127.0.0.1:3; }
                """)).lines()).singleElement().asString().contains("this server is never reached");
    }
}
