package io.sluice.config.binding;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sluice.config.model.TemplateConfig;
import io.sluice.config.model.TlsClientConfig;
import io.sluice.config.model.TlsServerConfig;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.TlsText.*;

/// The directives of TLS on either side of a stream session. Immutable.
final class StreamTlsDirectives {

    private static final Setting<Duration> HANDSHAKE_TIMEOUT = Setting.of(ValueType.MILLISECONDS, "60s");

    private static final Listing<String> ALPN = new Listing<>();

    private static final Setting<Boolean> PROXY_SSL = Setting.of(ValueType.FLAG, "off");

    private static final Listing<TemplateConfig> PROXY_ALPN = new Listing<>();

    /// The longest name of a protocol (RFC 7301).
    private static final int LONGEST_PROTOCOL = 255;

    private static final String ONE_READ = "Files are read once, at start and reload.";

    static final List<DirectiveSpec> ROWS = List.of(
            tls("ssl_handshake_timeout", "1.9.0").value(HANDSHAKE_TIMEOUT).means("How long a TLS handshake may take."),
            tls("ssl_certificate", "1.9.0").takes(ONE, "file").repeatable().by(d -> file(d, CERTIFICATES))
                    .means("Certificate of the server with its chain; one for each kind of key."),
            tls("ssl_certificate_key", "1.9.0").takes(ONE, "file").repeatable().by(d -> file(d, KEYS))
                    .means("Private key of the certificate."),
            tls("ssl_certificate_cache", "1.27.4").takes(ONE_OR_MORE, "off | max=N [inactive=time] [valid=time]")
                    .defaultsTo("off")
                    .inert("Cache of certificates whose names contain variables.", ONE_READ),
            tls("ssl_certificate_compression", "1.29.1").takes(ONE, "on | off").defaultsTo("off")
                    .inert("Compresses certificates in the handshake.", "Certificates are sent as they are."),
            tls("ssl_ech_file", "1.29.4").takes(ONE, "file").notYet("Keys of Encrypted Client Hello."),
            tls("ssl_password_file", "1.9.0").takes(ONE, "file").by(d -> path(d, PASSWORDS))
                    .means("Pass phrases of private keys, one a line."),
            tls("ssl_dhparam", "1.9.0").takes(ONE, "file")
                    .inert("Parameters of DHE ciphers.", "The TLS library has no DHE ciphers."),
            tls("ssl_ecdh_curve", "1.9.0").value(CURVES).means("Curves for the key exchange."),
            tls("ssl_protocols", "1.9.0").takes(ONE_OR_MORE, "protocol ...").defaultsTo("TLSv1.2 TLSv1.3")
                    .by(d -> protocols(d, PROTOCOLS))
                    .means("Versions of TLS that are spoken; those before 1.2 are not."),
            tls("ssl_ciphers", "1.9.0").value(CIPHERS).means("Ciphers of TLS 1.2, in OpenSSL's notation."),
            tls("ssl_prefer_server_ciphers", "1.9.0").value(PREFER_SERVER_CIPHERS)
                    .means("Whether the server's order of ciphers counts."),
            tls("ssl_verify_client", "1.11.8").value(VERIFY).means("Whether clients show certificates."),
            tls("ssl_verify_depth", "1.11.8").value(VERIFY_DEPTH).means("Depth of client certificate chains."),
            tls("ssl_client_certificate", "1.11.8").takes(ONE, "file").by(d -> path(d, CLIENT_AUTHORITIES))
                    .means("Authorities of client certificates, sent to clients."),
            tls("ssl_trusted_certificate", "1.11.8").takes(ONE, "file").by(d -> path(d, TRUSTED_AUTHORITIES))
                    .means("Authorities of client certificates, not sent to clients."),
            tls("ssl_crl", "1.11.8").takes(ONE, "file").by(d -> path(d, REVOCATIONS))
                    .means("Revoked client certificates."),
            tls("ssl_session_cache", "1.9.0").takes(ONE_OR_TWO, "off | none | [builtin[:size]] [shared:name:size]")
                    .defaultsTo("none").by(TlsText::sessionCache)
                    .means("Cache of TLS sessions."),
            tls("ssl_session_tickets", "1.9.0").value(TICKETS).means("Whether sessions are resumed by tickets."),
            tls("ssl_session_ticket_key", "1.9.0").takes(ONE, "file").repeatable().by(d -> file(d, TICKET_KEYS))
                    .means("Keys of tickets: the first encrypts, all decrypt."),
            tls("ssl_session_timeout", "1.9.0").value(SESSION_TIMEOUT).means("How long a session may be resumed."),
            tls("ssl_ocsp", "1.27.2").takes(ONE, "on | off | leaf").defaultsTo("off")
                    .notYet("Whether client certificates are checked by OCSP."),
            tls("ssl_ocsp_cache", "1.27.2").takes(ONE_OR_MORE, "off | [shared:name:size]").defaultsTo("off")
                    .notYet("Cache of OCSP answers."),
            tls("ssl_ocsp_responder", "1.27.2").takes(ONE, "url").notYet("Whom to ask by OCSP."),
            tls("ssl_stapling", "1.27.2").value(STAPLING)
                    .means("Whether an OCSP answer is stapled; it comes from `ssl_stapling_file` only."),
            tls("ssl_stapling_file", "1.27.2").takes(ONE, "file").by(d -> path(d, STAPLING_FILE))
                    .means("An OCSP answer to staple, in DER."),
            tls("ssl_stapling_responder", "1.27.2").takes(ONE, "url").notYet("Whom to ask for the answer to staple."),
            tls("ssl_stapling_verify", "1.27.2").takes(ONE, "on | off").defaultsTo("off")
                    .notYet("Whether stapled answers are verified."),
            tls("ssl_conf_command", "1.19.4").takes(TWO, "name value").notYet("An OpenSSL command."),
            tls("ssl_reject_handshake", "1.25.5").value(REJECT_HANDSHAKE)
                    .means("Whether handshakes for the server are refused."),
            tls("ssl_alpn", "1.21.4").takes(ONE_OR_MORE, "protocol ...").by(StreamTlsDirectives::alpn)
                    .means("Protocols spoken, by ALPN; a client that offers only others is refused."),
            tls("ssl_key_log", "1.27.2").takes(ONE, "file").plus("Writes TLS secrets to a file."),
            tls("proxy_ssl", "1.9.0").value(PROXY_SSL).means("Whether upstream connections are TLS."),
            tls("proxy_ssl_session_reuse", "1.9.0").value(PROXY_SESSION_REUSE)
                    .means("Whether upstream TLS sessions are resumed."),
            tls("proxy_ssl_protocols", "1.9.0").takes(ONE_OR_MORE, "protocol ...").defaultsTo("TLSv1.2 TLSv1.3")
                    .by(d -> protocols(d, PROXY_PROTOCOLS))
                    .means("Versions of TLS spoken upstream."),
            tls("proxy_ssl_ciphers", "1.9.0").value(PROXY_CIPHERS).means("Ciphers of TLS 1.2 spoken upstream."),
            tls("proxy_ssl_name", "1.9.0").takes(ONE, "name").defaultsTo("host of proxy_pass")
                    .by(d -> d.template(d.argument(0)).ifPresent(name -> d.scope().put(PROXY_NAME, name)))
                    .means("Name expected in the upstream certificate, sent by SNI."),
            tls("proxy_ssl_server_name", "1.9.0").value(PROXY_SERVER_NAME).means("Whether the name is sent by SNI."),
            tls("proxy_ssl_alpn", "1.31.0").takes(ONE_OR_MORE, "protocol ...").by(StreamTlsDirectives::proxyAlpn)
                    .means("Protocols offered upstream by ALPN."),
            tls("proxy_ssl_verify", "1.9.0").value(PROXY_VERIFY).means("Whether upstream certificates are verified."),
            tls("proxy_ssl_verify_depth", "1.9.0").value(PROXY_VERIFY_DEPTH)
                    .means("Depth of upstream certificate chains."),
            tls("proxy_ssl_trusted_certificate", "1.9.0").takes(ONE, "file").by(d -> path(d, PROXY_AUTHORITIES))
                    .means("Authorities of upstream certificates."),
            tls("proxy_ssl_crl", "1.9.0").takes(ONE, "file").by(d -> path(d, PROXY_REVOCATIONS))
                    .means("Revoked upstream certificates."),
            tls("proxy_ssl_certificate", "1.9.0").takes(ONE, "file").by(d -> putFile(d, PROXY_CERTIFICATE))
                    .means("Certificate shown upstream."),
            tls("proxy_ssl_certificate_key", "1.9.0").takes(ONE, "file").by(d -> putFile(d, PROXY_KEY))
                    .means("Private key of the certificate shown upstream."),
            tls("proxy_ssl_certificate_cache", "1.27.4").takes(ONE_OR_MORE, "off | max=N [inactive=time] [valid=time]")
                    .defaultsTo("off")
                    .inert("Cache of certificates whose names contain variables.", ONE_READ),
            tls("proxy_ssl_password_file", "1.9.0").takes(ONE, "file").by(d -> path(d, PROXY_PASSWORDS))
                    .means("Pass phrases of private keys, one a line."),
            tls("proxy_ssl_conf_command", "1.19.4").takes(TWO, "name value")
                    .notYet("An OpenSSL command for upstream connections."),
            tls("proxy_ssl_key_log", "1.27.2").takes(ONE, "file")
                    .plus("Writes TLS secrets of upstream connections to a file."));

    private StreamTlsDirectives() {}

    private static DirectiveSpec.Row tls(String name, String since) {
        return DirectiveSpec.row(name).in(STREAM, STREAM_SERVER).since(since);
    }

    private static void alpn(Directive directive) {
        for (Fragment protocol : directive.argumentsFrom(0)) {
            if (protocol.text().isEmpty() || protocol.text().length() > LONGEST_PROTOCOL) {
                directive.error("invalid-value", protocol, "\"ssl_alpn\" protocol is too long or empty");
            } else {
                directive.scope().add(ALPN, protocol.text());
            }
        }
    }

    private static void proxyAlpn(Directive directive) {
        for (Fragment protocol : directive.argumentsFrom(0)) {
            directive.template(protocol).ifPresent(template -> {
                if (template.isLiteral()) {
                    directive.scope().add(PROXY_ALPN, template);
                } else {
                    directive.error("not-supported", protocol,
                            "variables in \"proxy_ssl_alpn\" are known but not supported by Sluice yet");
                }
            });
        }
    }

    /// What a server says about TLS with clients; absent when it neither listens with `ssl` nor has certificates.
    static Optional<TlsServerConfig> server(BindingRun run, Scope server, boolean listensWithTls) {
        return TlsText.server(
                run, server, listensWithTls, new ArrayList<>(server.get(ALPN)), server.get(HANDSHAKE_TIMEOUT));
    }

    /// What a server says about TLS with peers; absent without `proxy_ssl`.
    static Optional<TlsClientConfig> client(BindingRun run, Scope server) {
        if (!server.get(PROXY_SSL)) {
            return Optional.empty();
        }
        checkClient(run, server, Fragment.of(server.opener().name()));
        return Optional.of(TlsText.client(server, server.get(PROXY_ALPN)));
    }
}
