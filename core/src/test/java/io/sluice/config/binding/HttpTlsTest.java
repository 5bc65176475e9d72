package io.sluice.config.binding;

import java.time.Duration;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.sluice.config.model.TlsServerConfig;
import io.sluice.config.model.TlsServerConfig.ClientVerification;
import io.sluice.config.model.TlsServerConfig.SessionCache;
import io.sluice.config.model.TlsServerConfig.TlsVersion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/// The `ssl_*` directives of http.
class HttpTlsTest {

    private static final String CERTIFICATE = "listen 8443 ssl;\nssl_certificate a.pem;\nssl_certificate_key a.key;\n";

    private static TlsServerConfig tls(String directives) {
        return Bound.httpServer(CERTIFICATE + directives).firstHttpServer().tls().orElseThrow();
    }

    @Test
    void defaultsAreThoseOfNginx() {
        TlsServerConfig tls = tls("");

        assertThat(tls.protocols()).isEqualTo(Set.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3));
        assertThat(tls.ciphers()).isEqualTo("HIGH:!aNULL:!MD5");
        assertThat(tls.preferServerCiphers()).isFalse();
        assertThat(tls.curves()).isEmpty();
        assertThat(tls.verifyClient()).isEqualTo(ClientVerification.OFF);
        assertThat(tls.verifyDepth()).isEqualTo(1);
        assertThat(tls.sessionCache()).isEqualTo(new SessionCache.None());
        assertThat(tls.sessionTimeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(tls.tickets()).isTrue();
        assertThat(tls.rejectHandshake()).isFalse();
        assertThat(tls.handshakeTimeout()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void everyDirective() {
        TlsServerConfig tls = tls("""
                ssl_certificate b.pem;
                ssl_certificate_key /keys/b.key;
                ssl_protocols TLSv1.3;
                ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256;
                ssl_prefer_server_ciphers on;
                ssl_ecdh_curve X25519:prime256v1;
                ssl_verify_client optional;
                ssl_verify_depth 3;
                ssl_client_certificate ca.pem;
                ssl_trusted_certificate more.pem;
                ssl_crl crl.pem;
                ssl_session_cache shared:SSL:10m;
                ssl_session_timeout 1d;
                ssl_session_tickets off;
                ssl_session_ticket_key current.key;
                ssl_session_ticket_key previous.key;
                ssl_stapling on;
                ssl_stapling_file ocsp.der;
                ssl_password_file pass;
                client_header_timeout 9s;
                """);

        assertThat(tls.certificates()).extracting(c -> c.certificate().toString(), c -> c.key().toString())
                .containsExactly(
                        tuple("/prefix/conf/a.pem", "/prefix/conf/a.key"), tuple("/prefix/conf/b.pem", "/keys/b.key"));
        assertThat(tls.protocols()).containsExactly(TlsVersion.TLS_1_3);
        assertThat(tls.curves()).containsExactly("X25519", "prime256v1");
        assertThat(tls.verifyClient()).isEqualTo(ClientVerification.OPTIONAL);
        assertThat(tls.clientAuthorities()).hasToString("Optional[/prefix/conf/ca.pem]");
        assertThat(tls.sessionCache()).isEqualTo(new SessionCache.Kept("SSL", 40_960));
        assertThat(tls.sessionTimeout()).isEqualTo(Duration.ofDays(1));
        assertThat(tls.tickets()).isFalse();
        assertThat(tls.ticketKeys()).hasSize(2);
        assertThat(tls.staplingFile()).isPresent();
        assertThat(tls.passwords()).hasToString("Optional[/prefix/conf/pass]");
        assertThat(tls.handshakeTimeout()).isEqualTo(Duration.ofSeconds(9));
    }

    @Test
    void certificatesOfTheHttpBlockAreInherited() {
        var servers = Bound.http("""
                ssl_certificate a.pem;
                ssl_certificate_key a.key;
                server { listen 8443 ssl; }
                server { listen 8443 ssl; server_name b; ssl_certificate b.pem; ssl_certificate_key b.key; }
                """).config().http().servers();

        assertThat(servers).extracting(s -> s.tls().orElseThrow().certificates().getFirst().certificate().toString())
                .containsExactly("/prefix/conf/a.pem", "/prefix/conf/b.pem");
    }

    @Test
    void aServerThatRefusesHandshakesNeedsNoCertificate() {
        assertThat(Bound.http("server { listen 8443 ssl; ssl_reject_handshake on; }").firstHttpServer().tls())
                .hasValueSatisfying(tls -> {
                    assertThat(tls.rejectHandshake()).isTrue();
                    assertThat(tls.certificates()).isEmpty();
                });
    }

    @Test
    void anOldProtocolIsLeftOut() {
        assertThat(Bound.httpServer(CERTIFICATE + "ssl_protocols TLSv1.1 TLSv1.2;").lines()).containsExactly(
                "warning protocol-not-spoken 8:15 TLSv1.1 is not spoken by Sluice, ignored");
    }

    @Test
    void staplingWithoutAFileIsWarnedOf() {
        assertThat(Bound.httpServer(CERTIFICATE + "ssl_stapling on;\nssl_stapling_verify on;").messages()).containsExactly(
                "\"ssl_stapling\" ignored, there is no \"ssl_stapling_file\" and nobody is asked for OCSP answers");
    }

    @Test
    void aServerWithoutTlsHasNone() {
        assertThat(Bound.httpServer("").firstHttpServer().tls()).isEmpty();
    }
}
