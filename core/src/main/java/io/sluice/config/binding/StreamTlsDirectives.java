package io.sluice.config.binding;

import java.util.List;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;

/// The directives of TLS on either side of a stream session; none is built yet. Immutable.
final class StreamTlsDirectives {

    static final List<DirectiveSpec> ROWS = List.of(
            tls("ssl_handshake_timeout", "1.9.0", ONE, "time", "60s").notYet("How long a TLS handshake may take."),
            tls("ssl_certificate", "1.9.0", ONE, "file", "").notYet("Certificate of the server, with its chain."),
            tls("ssl_certificate_key", "1.9.0", ONE, "file", "").notYet("Private key of the certificate."),
            tls("ssl_certificate_cache", "1.27.4", ONE_OR_MORE, "off | max=N [inactive=time] [valid=time]", "off")
                    .notYet(
                    "Cache of certificates whose names contain variables."),
            tls("ssl_certificate_compression", "1.29.1", ONE, "on | off", "off").notYet(
                    "Compresses certificates in the handshake."),
            tls("ssl_ech_file", "1.29.4", ONE, "file", "").notYet("Keys of Encrypted Client Hello."),
            tls("ssl_password_file", "1.9.0", ONE, "file", "").notYet("Pass phrases of private keys."),
            tls("ssl_dhparam", "1.9.0", ONE, "file", "").notYet("Parameters of DHE ciphers."),
            tls("ssl_ecdh_curve", "1.9.0", ONE, "curve", "auto").notYet("Curves of ECDHE ciphers."),
            tls("ssl_protocols", "1.9.0", ONE_OR_MORE, "protocol ...", "TLSv1.2 TLSv1.3").notYet(
                    "Versions of TLS that are spoken."),
            tls("ssl_ciphers", "1.9.0", ONE, "ciphers", "HIGH:!aNULL:!MD5").notYet("Ciphers that are spoken."),
            tls("ssl_prefer_server_ciphers", "1.9.0", ONE, "on | off", "off").notYet(
                    "Whether the server's order of ciphers counts."),
            tls("ssl_verify_client", "1.11.8", ONE, "on | off | optional | optional_no_ca", "off").notYet(
                    "Whether clients show certificates."),
            tls("ssl_verify_depth", "1.11.8", ONE, "number", "1").notYet("Depth of client certificate chains."),
            tls("ssl_client_certificate", "1.11.8", ONE, "file", "").notYet(
                    "Authorities of client certificates, sent to clients."),
            tls("ssl_trusted_certificate", "1.11.8", ONE, "file", "").notYet(
                    "Authorities of client certificates, not sent to clients."),
            tls("ssl_crl", "1.11.8", ONE, "file", "").notYet("Revoked client certificates."),
            tls("ssl_session_cache", "1.9.0", ONE_OR_MORE, "off | none | [builtin[:size]] [shared:name:size]", "none")
                    .notYet(
                    "Cache of TLS sessions."),
            tls("ssl_session_tickets", "1.9.0", ONE, "on | off", "on").notYet(
                    "Whether sessions are resumed by tickets."),
            tls("ssl_session_ticket_key", "1.9.0", ONE, "file", "").notYet("Keys of session tickets."),
            tls("ssl_session_timeout", "1.9.0", ONE, "time", "5m").notYet("How long a session may be resumed."),
            tls("ssl_ocsp", "1.27.2", ONE, "on | off | leaf", "off").notYet(
                    "Whether client certificates are checked by OCSP."),
            tls("ssl_ocsp_cache", "1.27.2", ONE_OR_MORE, "off | [shared:name:size]", "off").notYet(
                    "Cache of OCSP answers."),
            tls("ssl_ocsp_responder", "1.27.2", ONE, "url", "").notYet("Whom to ask by OCSP."),
            tls("ssl_stapling", "1.27.2", ONE, "on | off", "off").notYet("Whether OCSP answers are stapled."),
            tls("ssl_stapling_file", "1.27.2", ONE, "file", "").notYet("An OCSP answer to staple."),
            tls("ssl_stapling_responder", "1.27.2", ONE, "url", "").notYet("Whom to ask for the answer to staple."),
            tls("ssl_stapling_verify", "1.27.2", ONE, "on | off", "off").notYet(
                    "Whether stapled answers are verified."),
            tls("ssl_conf_command", "1.19.4", TWO, "name value", "").notYet("An OpenSSL command."),
            tls("ssl_reject_handshake", "1.25.5", ONE, "on | off", "off").notYet("Whether handshakes are refused."),
            tls("ssl_alpn", "1.21.4", ONE_OR_MORE, "protocol ...", "").notYet("Protocols offered by ALPN."),
            tls("ssl_key_log", "1.27.2", ONE, "file", "").plus("Writes TLS secrets to a file."),
            tls("proxy_ssl", "1.9.0", ONE, "on | off", "off").notYet("Whether upstream connections are TLS."),
            tls("proxy_ssl_session_reuse", "1.9.0", ONE, "on | off", "on").notYet(
                    "Whether upstream TLS sessions are resumed."),
            tls("proxy_ssl_protocols", "1.9.0", ONE_OR_MORE, "protocol ...", "TLSv1.2 TLSv1.3").notYet(
                    "Versions of TLS spoken upstream."),
            tls("proxy_ssl_ciphers", "1.9.0", ONE, "ciphers", "DEFAULT").notYet("Ciphers spoken upstream."),
            tls("proxy_ssl_name", "1.9.0", ONE, "name", "").notYet(
                    "Name expected in the upstream certificate, sent by SNI."),
            tls("proxy_ssl_server_name", "1.9.0", ONE, "on | off", "off").notYet("Whether the name is sent by SNI."),
            tls("proxy_ssl_alpn", "1.31.0", ONE_OR_MORE, "protocol ...", "").notYet(
                    "Protocols offered upstream by ALPN."),
            tls("proxy_ssl_verify", "1.9.0", ONE, "on | off", "off").notYet(
                    "Whether upstream certificates are verified."),
            tls("proxy_ssl_verify_depth", "1.9.0", ONE, "number", "1").notYet("Depth of upstream certificate chains."),
            tls("proxy_ssl_trusted_certificate", "1.9.0", ONE, "file", "").notYet(
                    "Authorities of upstream certificates."),
            tls("proxy_ssl_crl", "1.9.0", ONE, "file", "").notYet("Revoked upstream certificates."),
            tls("proxy_ssl_certificate", "1.9.0", ONE, "file", "").notYet("Certificate shown upstream."),
            tls("proxy_ssl_certificate_key", "1.9.0", ONE, "file", "").notYet(
                    "Private key of the certificate shown upstream."),
            tls("proxy_ssl_certificate_cache", "1.27.4", ONE_OR_MORE, "off | max=N [inactive=time] [valid=time]", "off")
                    .notYet(
                    "Cache of certificates whose names contain variables."),
            tls("proxy_ssl_password_file", "1.9.0", ONE, "file", "").notYet("Pass phrases of private keys."),
            tls("proxy_ssl_conf_command", "1.19.4", TWO, "name value", "").notYet(
                    "An OpenSSL command for upstream connections."),
            tls("proxy_ssl_key_log", "1.27.2", ONE, "file", "").plus(
                    "Writes TLS secrets of upstream connections to a file."));

    private StreamTlsDirectives() {}

    private static DirectiveSpec.Row tls(String name, String since, Arity arity, String syntax, String defaultText) {
        return DirectiveSpec.row(name).in(STREAM, STREAM_SERVER).since(since)
                .takes(arity, syntax).defaultsTo(defaultText);
    }
}
