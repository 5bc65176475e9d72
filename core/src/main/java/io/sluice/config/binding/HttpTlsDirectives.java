package io.sluice.config.binding;

import java.util.List;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.DirectiveSpec.row;
import static io.sluice.config.binding.TlsText.*;

/// The directives of http about TLS on either side. Immutable.
final class HttpTlsDirectives {

    static final List<DirectiveSpec> ROWS = List.of(
            tls("ssl_certificate").takes(ONE, "file").repeatable().by(d -> file(d, CERTIFICATES))
                    .means("Certificate of the server with its chain; one for each kind of key."),
            tls("ssl_certificate_key").takes(ONE, "file").repeatable().by(d -> file(d, KEYS))
                    .means("Private key of the certificate."),
            tls("ssl_protocols").takes(ONE_OR_MORE, "protocol ...").defaultsTo("TLSv1.2 TLSv1.3")
                    .by(d -> protocols(d, PROTOCOLS))
                    .means("Versions of TLS that are spoken; those before 1.2 are not."),
            tls("ssl_ciphers").value(CIPHERS).means("Ciphers of TLS 1.2, in OpenSSL's notation."),
            tls("ssl_prefer_server_ciphers").value(PREFER_SERVER_CIPHERS)
                    .means("Whether the server's order of ciphers counts."),
            tls("ssl_ecdh_curve").value(CURVES).means("Curves for the key exchange."),
            tls("ssl_verify_client").value(VERIFY).means("Whether clients show certificates."),
            tls("ssl_verify_depth").value(VERIFY_DEPTH).means("Depth of client certificate chains."),
            tls("ssl_client_certificate").takes(ONE, "file").by(d -> path(d, CLIENT_AUTHORITIES))
                    .means("Authorities of client certificates, sent to clients."),
            tls("ssl_trusted_certificate").takes(ONE, "file").by(d -> path(d, TRUSTED_AUTHORITIES))
                    .means("Authorities of client certificates, not sent to clients."),
            tls("ssl_crl").takes(ONE, "file").by(d -> path(d, REVOCATIONS)).means("Revoked client certificates."),
            tls("ssl_session_cache").takes(ONE_OR_TWO, "off | none | [builtin[:size]] [shared:name:size]")
                    .defaultsTo("none").by(TlsText::sessionCache)
                    .means("Cache of TLS sessions."),
            tls("ssl_session_timeout").value(SESSION_TIMEOUT).means("How long a session may be resumed."),
            tls("ssl_session_tickets").since("1.5.9").value(TICKETS).means("Whether sessions are resumed by tickets."),
            tls("ssl_session_ticket_key").since("1.5.7").takes(ONE, "file").repeatable().by(d -> file(d, TICKET_KEYS))
                    .means("Keys of tickets: the first encrypts, all decrypt."),
            tls("ssl_stapling").since("1.3.7").value(STAPLING)
                    .means("Whether an OCSP answer is stapled; it comes from `ssl_stapling_file` only."),
            tls("ssl_stapling_file").since("1.3.7").takes(ONE, "file").by(d -> path(d, STAPLING_FILE))
                    .means("An OCSP answer to staple, in DER."),
            tls("ssl_reject_handshake").since("1.19.4").value(REJECT_HANDSHAKE)
                    .means("Whether handshakes for the server are refused."),
            tls("ssl_password_file").since("1.7.3").takes(ONE, "file").by(d -> path(d, PASSWORDS))
                    .means("Pass phrases of private keys, one a line."),
            proxy("proxy_ssl_session_reuse").value(PROXY_SESSION_REUSE)
                    .means("Whether upstream TLS sessions are resumed."),
            proxy("proxy_ssl_protocols").takes(ONE_OR_MORE, "protocol ...").defaultsTo("TLSv1.2 TLSv1.3")
                    .by(d -> protocols(d, PROXY_PROTOCOLS))
                    .means("Versions of TLS spoken upstream."),
            proxy("proxy_ssl_ciphers").value(PROXY_CIPHERS).means("Ciphers of TLS 1.2 spoken upstream."),
            proxy("proxy_ssl_name").takes(ONE, "name").defaultsTo("host of proxy_pass")
                    .by(d -> d.template(d.argument(0)).ifPresent(name -> d.scope().put(PROXY_NAME, name)))
                    .means("Name expected in the upstream certificate, sent by SNI."),
            proxy("proxy_ssl_server_name").value(PROXY_SERVER_NAME).means("Whether the name is sent by SNI."),
            proxy("proxy_ssl_verify").value(PROXY_VERIFY).means("Whether upstream certificates are verified."),
            proxy("proxy_ssl_verify_depth").value(PROXY_VERIFY_DEPTH).means("Depth of upstream certificate chains."),
            proxy("proxy_ssl_trusted_certificate").takes(ONE, "file").by(d -> path(d, PROXY_AUTHORITIES))
                    .means("Authorities of upstream certificates."),
            proxy("proxy_ssl_crl").takes(ONE, "file").by(d -> path(d, PROXY_REVOCATIONS))
                    .means("Revoked upstream certificates."),
            proxy("proxy_ssl_certificate").takes(ONE, "file").by(d -> putFile(d, PROXY_CERTIFICATE))
                    .means("Certificate shown upstream."),
            proxy("proxy_ssl_certificate_key").takes(ONE, "file").by(d -> putFile(d, PROXY_KEY))
                    .means("Private key of the certificate shown upstream."),
            proxy("proxy_ssl_password_file").takes(ONE, "file").by(d -> path(d, PROXY_PASSWORDS))
                    .means("Pass phrases of private keys, one a line."));

    private HttpTlsDirectives() {}

    private static DirectiveSpec.Row tls(String name) {
        return row(name).in(HTTP, HTTP_SERVER);
    }

    private static DirectiveSpec.Row proxy(String name) {
        return row(name).in(HTTP, HTTP_SERVER, HTTP_LOCATION).since("1.7.8");
    }
}
