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

/// Reads what http and stream have in common about TLS, on either side, and puts it together. Used during start-up only.
final class TlsText {

    /// A file and where it is written.
    record File(Fragment written, Path path) {}

    private static final Set<TlsVersion> DEFAULT_VERSIONS = EnumSet.allOf(TlsVersion.class);

    /// nginx keeps about 4,000 sessions in a megabyte.
    private static final int SESSION_BYTES = 256;

    private static final int BUILT_IN_SESSIONS = 20_480;

    static final Listing<File> CERTIFICATES = new Listing<>();
    static final Listing<File> KEYS = new Listing<>();
    static final Setting<Set<TlsVersion>> PROTOCOLS = Setting.optional(ValueType.composed("protocol ..."));
    static final Setting<String> CIPHERS = Setting.of(text("ciphers"), "HIGH:!aNULL:!MD5");
    static final Setting<Boolean> PREFER_SERVER_CIPHERS = Setting.of(ValueType.FLAG, "off");
    static final Setting<String> CURVES = Setting.of(text("curve"), "auto");
    static final Setting<ClientVerification> VERIFY = Setting.of(
            ValueType.oneOf(v -> v.name().toLowerCase(Locale.ROOT), List.of(ClientVerification.values())), "off");
    static final Setting<Integer> VERIFY_DEPTH = Setting.of(ValueType.NUMBER, "1");
    static final Setting<Path> CLIENT_AUTHORITIES = Setting.optional(ValueType.composed("file"));
    static final Setting<Path> TRUSTED_AUTHORITIES = Setting.optional(ValueType.composed("file"));
    static final Setting<Path> REVOCATIONS = Setting.optional(ValueType.composed("file"));
    static final Setting<SessionCache> SESSION_CACHE = Setting.optional(ValueType.composed("cache"));
    static final Setting<Duration> SESSION_TIMEOUT = Setting.of(ValueType.SECONDS, "5m");
    static final Setting<Boolean> TICKETS = Setting.of(ValueType.FLAG, "on");
    static final Listing<File> TICKET_KEYS = new Listing<>();
    static final Setting<Boolean> STAPLING = Setting.of(ValueType.FLAG, "off");
    static final Setting<Path> STAPLING_FILE = Setting.optional(ValueType.composed("file"));
    static final Setting<Boolean> REJECT_HANDSHAKE = Setting.of(ValueType.FLAG, "off");
    static final Setting<Path> PASSWORDS = Setting.optional(ValueType.composed("file"));

    static final Setting<Boolean> PROXY_SESSION_REUSE = Setting.of(ValueType.FLAG, "on");
    static final Setting<Set<TlsVersion>> PROXY_PROTOCOLS = Setting.optional(ValueType.composed("protocol ..."));
    static final Setting<String> PROXY_CIPHERS = Setting.of(text("ciphers"), "DEFAULT");
    static final Setting<TemplateConfig> PROXY_NAME = Setting.optional(ValueType.composed("name"));
    static final Setting<Boolean> PROXY_SERVER_NAME = Setting.of(ValueType.FLAG, "off");
    static final Setting<Boolean> PROXY_VERIFY = Setting.of(ValueType.FLAG, "off");
    static final Setting<Integer> PROXY_VERIFY_DEPTH = Setting.of(ValueType.NUMBER, "1");
    static final Setting<Path> PROXY_AUTHORITIES = Setting.optional(ValueType.composed("file"));
    static final Setting<Path> PROXY_REVOCATIONS = Setting.optional(ValueType.composed("file"));
    static final Setting<File> PROXY_CERTIFICATE = Setting.optional(ValueType.composed("file"));
    static final Setting<File> PROXY_KEY = Setting.optional(ValueType.composed("file"));
    static final Setting<Path> PROXY_PASSWORDS = Setting.optional(ValueType.composed("file"));

    private TlsText() {}

    private static ValueType<String> text(String syntax) {
        return new ValueType<>(syntax, Optional::of, ValueType.INVALID_VALUE);
    }

    static void path(Directive directive, Setting<Path> setting) {
        read(directive).ifPresent(file -> directive.scope().put(setting, file.path()));
    }

    static void file(Directive directive, Listing<File> listing) {
        read(directive).ifPresent(file -> directive.scope().add(listing, file));
    }

    static void putFile(Directive directive, Setting<File> setting) {
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

    static void protocols(Directive directive, Setting<Set<TlsVersion>> setting) {
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

    static void sessionCache(Directive directive) {
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
    ///
    /// @param alpn what is offered; empty: nothing
    static Optional<TlsServerConfig> server(
            BindingRun run, Scope server, boolean listensWithTls, List<String> alpn, Duration handshakeTimeout) {
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
                alpn,
                handshakeTimeout));
    }

    /// Whether a server can answer a handshake, if only by refusing it.
    private static boolean answersHandshakes(Scope server) {
        return !server.get(CERTIFICATES).isEmpty() || server.get(REJECT_HANDSHAKE);
    }

    private static boolean rejectsHandshakes(Scope server) {
        return server.get(CERTIFICATES).isEmpty() && server.get(REJECT_HANDSHAKE);
    }

    /// The default server of an address needs a certificate; one that refuses handshakes leaves it to the others.
    static void checkCertificates(BindingRun run, List<Scope> defaultFirst) {
        List<Scope> needy = rejectsHandshakes(defaultFirst.getFirst()) ? defaultFirst : defaultFirst.subList(0, 1);
        for (Scope server : needy) {
            if (!answersHandshakes(server)) {
                run.error("no-certificate", Fragment.of(server.opener().name()),
                        "no \"ssl_certificate\" is defined for the \"listen ... ssl\" directive");
            }
        }
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
    ///
    /// @param alpn what is offered; empty: nothing
    static TlsClientConfig client(Scope location, List<TemplateConfig> alpn) {
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
                alpn);
    }
}
