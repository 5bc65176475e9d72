package io.sluice.tls;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.net.ssl.SSLException;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslCredential;
import io.netty.handler.ssl.OpenSslCredentialBuilder;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.TlsServerConfig;
import io.sluice.config.model.TlsServerConfig.ClientVerification;
import io.sluice.config.model.TlsServerConfig.SessionCache;
import io.sluice.config.model.TlsServerConfig.TlsVersion;

/// Makes a [ServerTls]: reads and checks everything first, then builds the library's context. Used during start-up only.
///
///     ServerTlsBuilder builder = new ServerTlsBuilder(config, alpn, library);
///     byte[] fingerprint = builder.read();
///     ServerTls tls = builder.build(processTicketKey);
final class ServerTlsBuilder {

    private final TlsServerConfig config;

    private final List<String> alpn;

    private final TlsLibrary library;

    private final TlsFiles files = new TlsFiles();

    private List<Identity> identities = List.of();

    private List<X509Certificate> clientAuthorities = List.of();

    private List<X509Certificate> trusted = List.of();

    private List<X509CRL> revocations = List.of();

    private List<TicketKey> ticketKeys = List.of();

    private byte @Nullable [] stapled;

    private List<String> suites = List.of();

    ServerTlsBuilder(TlsServerConfig config, List<String> alpn, TlsLibrary library) {
        this.config = config;
        this.alpn = List.copyOf(alpn);
        this.library = library;
    }

    /// Reads the files and checks the settings.
    ///
    /// @return what stands for all of it: two configurations with the same fingerprint can share a context
    /// @throws TlsConfigException with everything that is wrong
    byte[] read() throws TlsConfigException {
        readIdentities();
        clientAuthorities = files.certificates(config.position(), config.clientAuthorities());
        trusted = files.certificates(config.position(), config.trustedAuthorities());
        revocations = files.revocations(config.position(), config.revocations());
        ticketKeys = readTicketKeys();
        stapled = config.staplingFile()
                .map(path -> files.read(config.position(), "BIO_new_file(\"" + path + "\") failed", path))
                .orElse(null);
        boolean verifies = config.verifyClient() == ClientVerification.ON
                || config.verifyClient() == ClientVerification.OPTIONAL;
        if (verifies && config.clientAuthorities().isEmpty() && config.trustedAuthorities().isEmpty()) {
            files.problem(config.position(), "no ssl_client_certificate or ssl_trusted_certificate for ssl_verify_client");
        }
        readSuites();
        if (!config.curves().isEmpty() && !CipherNames.knowsCurves(config.curves(), library)) {
            files.problem(config.position(),
                    "SSL_CTX_set1_curves_list(\"" + String.join(":", config.curves()) + "\") failed");
        }
        warnOfLimits();
        files.check();
        files.depends(List.of(config.protocols().stream().sorted().toList(), config.ciphers(), config.preferServerCiphers(),
                config.curves(), config.verifyClient(), config.verifyDepth(), config.sessionCache(),
                config.sessionTimeout(), config.tickets(), config.ticketKeys().size(), config.rejectHandshake(), alpn, config.alpn(),
                config.certificates().size(), clientAuthorities.size(), trusted.size(), revocations.size(),
                config.staplingFile().isPresent()));
        return files.fingerprint();
    }

    /// Builds what [#read] found.
    ServerTls build(TicketKey processKey) throws TlsConfigException {
        SslContext context = null;
        if (!config.rejectHandshake()) {
            try {
                context = context();
                setSessions(context, processKey);
            } catch (SSLException | IllegalArgumentException | IllegalStateException e) {
                files.problem(config.position(), library.name() + " refuses this: " + e.getMessage());
                files.check();
            }
        }
        List<X509Certificate> authorities = new ArrayList<>(clientAuthorities);
        authorities.addAll(trusted);
        return new ServerTls(
                context,
                new ServerTls.Options(config.preferServerCiphers(), config.tickets(),
                        library.boringSsl() ? List.of() : JdkCurves.names(config.curves()).orElse(List.of()),
                        config.alpn()),
                library.boringSsl() ? stapled : null,
                config.verifyClient(),
                new ChainVerifier(authorities, revocations, config.verifyDepth(), ChainVerifier.Purpose.CLIENT),
                files.warnings());
    }

    private void readIdentities() {
        if (config.rejectHandshake()) {
            return;
        }
        if (config.certificates().isEmpty()) {
            files.problem(config.position(), "no \"ssl_certificate\" is defined for the server that listens with \"ssl\"");
            return;
        }
        List<String> passwords = files.passwords(config.position(), config.passwords());
        List<Identity> read = new ArrayList<>();
        for (TlsServerConfig.CertificateConfig certificate : config.certificates()) {
            Identity identity = files.identity(certificate, passwords);
            if (identity != null) {
                // As in OpenSSL, a later certificate replaces an earlier one of the same kind.
                read.removeIf(other -> other.kind().equals(identity.kind()));
                read.add(identity);
            }
        }
        // The first that fits a client is used: elliptic curves are cheaper than RSA.
        read.sort(Comparator.comparing(identity -> identity.kind().equals("RSA")));
        identities = read;
    }

    private List<TicketKey> readTicketKeys() {
        List<TicketKey> keys = new ArrayList<>();
        for (var path : config.ticketKeys()) {
            byte[] file = files.read(config.position(), "open() \"" + path + "\" failed", path);
            if (file == null) {
                continue;
            }
            if (file.length != TicketKey.SHORT_FILE && file.length != TicketKey.LONG_FILE) {
                files.problem(config.position(), "\"" + path + "\" must be 48 or 80 bytes");
                continue;
            }
            if (file.length == TicketKey.LONG_FILE && library.boringSsl()) {
                files.warning(config.position(), "tickets are encrypted with AES-128 by BoringSSL, though \"" + path
                        + "\" has a key for AES-256");
            }
            keys.add(TicketKey.of(file));
        }
        return keys;
    }

    private void readSuites() {
        var known = CipherNames.suites(config.ciphers(), library);
        if (known.isEmpty()) {
            files.problem(config.position(), "SSL_CTX_set_cipher_list(\"" + config.ciphers() + "\") failed");
            return;
        }
        List<String> all = new ArrayList<>();
        if (config.protocols().contains(TlsVersion.TLS_1_3)) {
            all.addAll(CipherNames.TLS_1_3);
        }
        if (config.protocols().contains(TlsVersion.TLS_1_2)) {
            all.addAll(known.get());
        }
        suites = all;
        for (String name : CipherNames.unknown(config.ciphers(), library)) {
            files.warning(config.position(), "\"" + name + "\" in \"ssl_ciphers\" is not known to " + library.name()
                    + " and is left out");
        }
    }

    private void warnOfLimits() {
        if (library.boringSsl()) {
            if (!config.tickets() && config.sessionCache() instanceof SessionCache.Kept
                    && config.protocols().contains(TlsVersion.TLS_1_3)) {
                files.warning(config.position(),
                        "BoringSSL resumes TLSv1.3 sessions by tickets only: with \"ssl_session_tickets off\" the session "
                        + "cache serves TLSv1.2");
            }
            return;
        }
        if (stapled != null) {
            files.warning(config.position(), "JDK TLS cannot staple \"ssl_stapling_file\"; it is ignored");
        }
        if (!config.ticketKeys().isEmpty()) {
            files.warning(config.position(), "JDK TLS takes no \"ssl_session_ticket_key\"; tickets hold for this process only");
        }
        if (!config.tickets()) {
            files.warning(config.position(), "JDK TLS cannot switch tickets off for one server");
        }
    }

    @SuppressWarnings("ReferenceEquality") // the very one
    private SslContext context() throws SSLException {
        boolean staples = stapled != null;
        List<Identity> order = staples ? stapledLast() : identities;
        SslContextBuilder builder = SslContextBuilder.forServer(keys(order))
                .sslProvider(library.boringSsl() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
                .protocols(config.protocols().stream().sorted(Comparator.reverseOrder()).map(TlsVersion::label).toList())
                .ciphers(suites)
                .trustManager(new AcceptedClients(clientAuthorities))
                .clientAuth(config.verifyClient() == ClientVerification.OFF ? ClientAuth.NONE : ClientAuth.OPTIONAL);
        if (!alpn.isEmpty()) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, alpn));
        }
        if (config.sessionCache() instanceof SessionCache.Kept kept) {
            builder.sessionCacheSize(kept.sessions());
        }
        builder.sessionTimeout(Math.max(1, config.sessionTimeout().toSeconds()));
        if (!library.boringSsl()) {
            return builder.build();
        }
        // Without tasks the callbacks run inside the handshake's own call, which spares two turns through the engine.
        builder.option(OpenSslContextOption.USE_TASKS, false);
        builder.enableOcsp(staples);
        if (!config.curves().isEmpty()) {
            builder.option(OpenSslContextOption.GROUPS, config.curves().toArray(String[]::new));
        }
        List<OpenSslCredential> credentials = new ArrayList<>();
        try {
            for (Identity identity : order.subList(0, order.size() - 1)) {
                credentials.add(OpenSslCredentialBuilder.forX509(identity.key(), identity.chainArray()).build());
            }
            return builder.addCredentials(credentials).build();
        } finally {
            credentials.forEach(OpenSslCredential::release);
        }
    }

    /// BoringSSL takes the certificates but the last as credentials and chooses by what the client offers; the last comes
    /// from the key manager, and it alone can have an OCSP answer.
    private List<Identity> stapledLast() {
        List<Identity> order = new ArrayList<>(identities);
        for (Identity identity : identities) {
            byte[] serial = Der.element(Der.INTEGER, identity.certificate().getSerialNumber().toByteArray());
            if (stapled != null && contains(stapled, serial)) {
                order.remove(identity);
                order.add(identity);
            }
        }
        return order;
    }

    private javax.net.ssl.KeyManagerFactory keys(List<Identity> order) {
        return library.boringSsl()
                ? new OpenSslCachingX509KeyManagerFactory(new IdentityKeys(List.of(order.getLast()), true).factory())
                : new IdentityKeys(order, false).factory();
    }

    private void setSessions(SslContext context, TicketKey processKey) {
        if (!(context.sessionContext() instanceof OpenSslServerSessionContext sessions)) {
            return;
        }
        sessions.setSessionIdContext(sessionIdContext());
        sessions.setSessionCacheEnabled(config.sessionCache() instanceof SessionCache.Kept);
        sessions.setSessionTimeout((int) Math.max(1, Math.min(config.sessionTimeout().toSeconds(),
                Duration.ofDays(365).toSeconds())));
        if (config.tickets()) {
            List<TicketKey> keys = ticketKeys.isEmpty() ? List.of(processKey) : ticketKeys;
            sessions.setTicketKeys(keys.stream().map(TicketKey::forOpenSsl).toArray(OpenSslSessionTicketKey[]::new));
        }
    }

    /// A session is resumed only where the same certificates are used and clients are judged in the same way.
    private byte[] sessionIdContext() {
        MessageDigest digest = Digests.sha256();
        try {
            for (Identity identity : identities) {
                digest.update(identity.certificate().getEncoded());
            }
            for (X509Certificate authority : clientAuthorities) {
                digest.update(authority.getSubjectX500Principal().getEncoded());
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException(e);
        }
        digest.update(config.verifyClient().name().getBytes(StandardCharsets.US_ASCII));
        return digest.digest();
    }

    private static boolean contains(byte[] bytes, byte[] part) {
        for (int at = 0; at <= bytes.length - part.length; at++) {
            if (java.util.Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }
}
