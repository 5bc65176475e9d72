package io.sluice.config.binding;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import io.sluice.config.model.ByteSize;
import io.sluice.config.model.TemplateConfig;
import io.sluice.config.model.TlsClientConfig;
import io.sluice.config.model.TlsServerConfig;
import io.sluice.config.model.TlsServerConfig.CertificateConfig;
import io.sluice.config.model.TlsServerConfig.ClientVerification;
import io.sluice.config.model.TlsServerConfig.SessionCache;
import io.sluice.config.model.TlsServerConfig.TlsVersion;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.DirectiveSpec.row;

/// The directives of http about TLS on either side. Immutable.
final class HttpTlsDirectives {

    /// A file and where it is written.
    record File(Fragment written, Path path) {}

    private static final Set<TlsVersion> DEFAULT_VERSIONS = EnumSet.allOf(TlsVersion.class);

    /// nginx keeps about 4,000 sessions in a megabyte.
    private static final int SESSION_BYTES = 256;

    private static final int BUILT_IN_SESSIONS = 20_480;

    private static final Listing<File> CERTIFICATES = new Listing<>();
    private static final Listing<File> KEYS = new Listing<>();
    private static final Setting<Set<TlsVersion>> PROTOCOLS = Setting.optional(ValueType.composed("protocol ..."));
    private static final Setting<String> CIPHERS = Setting.of(text("ciphers"), "HIGH:!aNULL:!MD5");
    private static final Setting<Boolean> PREFER_SERVER_CIPHERS = Setting.of(ValueType.FLAG, "off");
    private static final Setting<String> CURVES = Setting.of(text("curve"), "auto");
    private static final Setting<ClientVerification> VERIFY = Setting.of(
            ValueType.oneOf(v -> v.name().toLowerCase(Locale.ROOT), List.of(ClientVerification.values())), "off");
    private static final Setting<Integer> VERIFY_DEPTH = Setting.of(ValueType.NUMBER, "1");
    private static final Setting<Path> CLIENT_AUTHORITIES = Setting.optional(ValueType.composed("file"));
    private static final Setting<Path> TRUSTED_AUTHORITIES = Setting.optional(ValueType.composed("file"));
    private static final Setting<Path> REVOCATIONS = Setting.optional(ValueType.composed("file"));
    private static final Setting<SessionCache> SESSION_CACHE = Setting.optional(ValueType.composed("cache"));
    private static final Setting<Duration> SESSION_TIMEOUT = Setting.of(ValueType.SECONDS, "5m");
    private static final Setting<Boolean> TICKETS = Setting.of(ValueType.FLAG, "on");
    private static final Listing<File> TICKET_KEYS = new Listing<>();
    private static final Setting<Boolean> STAPLING = Setting.of(ValueType.FLAG, "off");
    private static final Setting<Path> STAPLING_FILE = Setting.optional(ValueType.composed("file"));
    private static final Setting<Boolean> REJECT_HANDSHAKE = Setting.of(ValueType.FLAG, "off");
    private static final Setting<Path> PASSWORDS = Setting.optional(ValueType.composed("file"));

    private static final Setting<Boolean> PROXY_SESSION_REUSE = Setting.of(ValueType.FLAG, "on");
    private static final Setting<Set<TlsVersion>> PROXY_PROTOCOLS = Setting.optional(ValueType.composed("protocol ..."));
    private static final Setting<String> PROXY_CIPHERS = Setting.of(text("ciphers"), "DEFAULT");
    private static final Setting<TemplateConfig> PROXY_NAME = Setting.optional(ValueType.composed("name"));
    private static final Setting<Boolean> PROXY_SERVER_NAME = Setting.of(ValueType.FLAG, "off");
    private static final Setting<Boolean> PROXY_VERIFY = Setting.of(ValueType.FLAG, "off");
    private static final Setting<Integer> PROXY_VERIFY_DEPTH = Setting.of(ValueType.NUMBER, "1");
    private static final Setting<Path> PROXY_AUTHORITIES = Setting.optional(ValueType.composed("file"));
    private static final Setting<Path> PROXY_REVOCATIONS = Setting.optional(ValueType.composed("file"));
    private static final Setting<File> PROXY_CERTIFICATE = Setting.optional(ValueType.composed("file"));
    private static final Setting<File> PROXY_KEY = Setting.optional(ValueType.composed("file"));
    private static final Setting<Path> PROXY_PASSWORDS = Setting.optional(ValueType.composed("file"));

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
                    .defaultsTo("none").by(HttpTlsDirectives::sessionCache)
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

    private static ValueType<String> text(String syntax) {
        return new ValueType<>(syntax, Optional::of, ValueType.INVALID_VALUE);
    }

    private static void path(Directive directive, Setting<Path> setting) {
        read(directive).ifPresent(file -> directive.scope().put(setting, file.path()));
    }

    private static void file(Directive directive, Listing<File> listing) {
        read(directive).ifPresent(file -> directive.scope().add(listing, file));
    }

    private static void putFile(Directive directive, Setting<File> setting) {
        read(directive).ifPresent(file -> directive.scope().put(setting, file));
    }

    private static Optional<File> read(Directive directive) {
        Fragment written = directive.argument(0);
        String text = written.text();
        String complaint = "";
        if (text.indexOf('$') >= 0) {
            complaint = "a file's name with variables";
        } else if (text.startsWith("data:") || text.startsWith("engine:") || text.startsWith("store:")) {
            complaint = "\"" + text.substring(0, text.indexOf(':') + 1) + "\"";
        }
        if (!complaint.isEmpty()) {
            directive.error("not-supported", written,
                    complaint + " in \"" + directive.name() + "\" is known but not supported by Sluice yet");
            return Optional.empty();
        }
        return directive.configPath(written).map(path -> new File(written, path));
    }

    private static void protocols(Directive directive, Setting<Set<TlsVersion>> setting) {
        Set<TlsVersion> versions = EnumSet.noneOf(TlsVersion.class);
        boolean valid = true;
        for (Fragment argument : directive.argumentsFrom(0)) {
            switch (argument.text()) {
                case "TLSv1.2" -> versions.add(TlsVersion.TLS_1_2);
                case "TLSv1.3" -> versions.add(TlsVersion.TLS_1_3);
                case "SSLv2", "SSLv3", "TLSv1", "TLSv1.1" -> directive.warning("protocol-not-spoken", argument,
                        argument.text() + " is not spoken by Sluice, ignored");
                default -> {
                    valid = false;
                    directive.error("invalid-value", argument, "invalid value \"" + argument.text() + "\"");
                }
            }
        }
        if (versions.isEmpty() && valid) {
            directive.error("no-protocol", directive.nameFragment(),
                    "\"" + directive.name() + "\" leaves no version that is spoken");
        } else if (valid) {
            directive.scope().put(setting, versions);
        }
    }

    private static void sessionCache(Directive directive) {
        for (Fragment argument : directive.argumentsFrom(0)) {
            sessionCache(directive, argument).ifPresent(cache -> directive.scope().put(SESSION_CACHE, cache));
        }
    }

    private static Optional<SessionCache> sessionCache(Directive directive, Fragment argument) {
        String[] parts = argument.text().split(":", -1);
        String complaint = "invalid session cache \"" + argument.text() + "\"";
        switch (parts[0]) {
            case "off" -> {
                return Optional.of(new SessionCache.Off());
            }
            case "none" -> {
                return Optional.of(new SessionCache.None());
            }
            case "builtin" -> {
                Optional<Integer> sessions =
                        parts.length == 1 ? Optional.of(BUILT_IN_SESSIONS) : ValueType.number(parts[1]);
                if (sessions.isPresent() && parts.length <= 2) {
                    return Optional.of(new SessionCache.Kept("", sessions.get()));
                }
            }
            case "shared" -> {
                Optional<ByteSize> size = parts.length == 3 && !parts[1].isEmpty()
                        ? ByteSize.parse(parts[2])
                        : Optional.empty();
                if (size.isPresent() && !LimitText.tooSmall(size.get())) {
                    return Optional.of(new SessionCache.Kept(parts[1], size.get().bytes() / SESSION_BYTES));
                }
                if (size.isPresent()) {
                    complaint = "session cache \"" + argument.text() + "\" is too small";
                }
            }
            default -> { }
        }
        directive.error("invalid-value", argument, complaint);
        return Optional.empty();
    }

    /// What a server says about TLS; absent when it neither listens with `ssl` nor has certificates.
    static Optional<TlsServerConfig> server(BindingRun run, Scope server, boolean listensWithTls) {
        List<File> files = server.get(CERTIFICATES);
        boolean rejects = server.get(REJECT_HANDSHAKE);
        if (files.isEmpty() && !rejects && !listensWithTls) {
            return Optional.empty();
        }
        List<File> keys = server.get(KEYS);
        if (keys.size() < files.size()) {
            run.error("no-certificate-key", files.getLast().written(), "no \"ssl_certificate_key\" is defined for"
                    + " certificate \"" + files.getLast().written().text() + "\"");
        }
        ClientVerification verify = server.get(VERIFY);
        Optional<Path> clientAuthorities = server.find(CLIENT_AUTHORITIES);
        Optional<Path> trusted = server.find(TRUSTED_AUTHORITIES);
        boolean needsAuthorities = verify == ClientVerification.ON || verify == ClientVerification.OPTIONAL;
        if (needsAuthorities && clientAuthorities.isEmpty() && trusted.isEmpty()) {
            run.error("no-authorities", Fragment.of(server.opener().name()),
                    "no ssl_client_certificate or ssl_trusted_certificate for ssl_verify_client");
        }
        Optional<Path> stapled = server.find(STAPLING_FILE).filter(_ -> server.get(STAPLING));
        if (server.get(STAPLING) && stapled.isEmpty()) {
            run.warning("no-effect", Fragment.of(server.opener().name()),
                    "\"ssl_stapling\" ignored, there is no \"ssl_stapling_file\" and nobody is asked for OCSP answers");
        }
        return Optional.of(new TlsServerConfig(
                server.opener().position(),
                pairs(files, keys),
                server.find(PROTOCOLS).orElse(DEFAULT_VERSIONS),
                server.get(CIPHERS),
                server.get(PREFER_SERVER_CIPHERS),
                "auto".equals(server.get(CURVES)) ? List.of() : List.of(server.get(CURVES).split(":")),
                verify,
                server.get(VERIFY_DEPTH),
                clientAuthorities,
                trusted,
                server.find(REVOCATIONS),
                server.find(SESSION_CACHE).orElseGet(SessionCache.None::new),
                server.get(SESSION_TIMEOUT),
                server.get(TICKETS),
                server.get(TICKET_KEYS).stream().map(File::path).toList(),
                stapled,
                rejects,
                server.find(PASSWORDS),
                List.of(),
                server.get(HttpDirectives.HEADER_TIMEOUT)));
    }

    /// Whether a server can answer a handshake, if only by refusing it.
    static boolean answersHandshakes(Scope server) {
        return !server.get(CERTIFICATES).isEmpty() || server.get(REJECT_HANDSHAKE);
    }

    static boolean rejectsHandshakes(Scope server) {
        return server.get(CERTIFICATES).isEmpty() && server.get(REJECT_HANDSHAKE);
    }

    private static List<CertificateConfig> pairs(List<File> certificates, List<File> keys) {
        List<CertificateConfig> pairs = new ArrayList<>();
        for (int i = 0; i < Math.min(certificates.size(), keys.size()); i++) {
            File certificate = certificates.get(i);
            File key = keys.get(i);
            pairs.add(new CertificateConfig(
                    certificate.written().position(), certificate.path(), key.written().position(), key.path()));
        }
        return pairs;
    }

    /// Reports what is missing for TLS with a peer.
    static void checkClient(BindingRun run, Scope location, Fragment proxyPass) {
        Optional<File> certificate = location.find(PROXY_CERTIFICATE);
        if (location.get(PROXY_VERIFY) && location.find(PROXY_AUTHORITIES).isEmpty()) {
            run.error("no-authorities", proxyPass, "no proxy_ssl_trusted_certificate for proxy_ssl_verify");
        }
        if (certificate.isPresent() && location.find(PROXY_KEY).isEmpty()) {
            run.error("no-certificate-key", certificate.get().written(), "no \"proxy_ssl_certificate_key\" is defined"
                    + " for certificate \"" + certificate.get().written().text() + "\"");
        }
    }

    /// What a location says, or has inherited, about TLS with peers.
    static TlsClientConfig client(Scope location) {
        List<File> certificate = location.find(PROXY_CERTIFICATE).map(List::of).orElse(List.of());
        List<File> key = location.find(PROXY_KEY).map(List::of).orElse(List.of());
        return new TlsClientConfig(
                location.opener().position(),
                location.get(PROXY_SESSION_REUSE),
                location.find(PROXY_PROTOCOLS).orElse(DEFAULT_VERSIONS),
                location.get(PROXY_CIPHERS),
                location.find(PROXY_NAME),
                location.get(PROXY_SERVER_NAME),
                location.get(PROXY_VERIFY),
                location.get(PROXY_VERIFY_DEPTH),
                location.find(PROXY_AUTHORITIES),
                location.find(PROXY_REVOCATIONS),
                pairs(certificate, key).stream().findFirst(),
                location.find(PROXY_PASSWORDS),
                List.of());
    }
}
