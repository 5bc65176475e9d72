package io.sluice.tls;

import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.net.ssl.SSLException;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.TlsClientConfig;
import io.sluice.config.model.TlsServerConfig.TlsVersion;

/// Makes an [UpstreamTls]: reads and checks everything first, then builds the library's context. Used during start-up only.
final class UpstreamTlsBuilder {

    private final TlsClientConfig config;

    private final List<String> alpn;

    private final TlsLibrary library;

    private final TlsFiles files = new TlsFiles();

    private List<X509Certificate> authorities = List.of();

    private List<X509CRL> revocations = List.of();

    private @Nullable Identity identity;

    private List<String> suites = List.of();

    UpstreamTlsBuilder(TlsClientConfig config, List<String> alpn, TlsLibrary library) {
        this.config = config;
        this.alpn = List.copyOf(alpn);
        this.library = library;
    }

    /// Reads the files and checks the settings.
    ///
    /// @return what stands for all of it: two configurations with the same fingerprint can share a context
    byte[] read() throws TlsConfigException {
        authorities = files.certificates(config.position(), config.authorities());
        revocations = files.revocations(config.position(), config.revocations());
        List<String> passwords = files.passwords(config.position(), config.passwords());
        identity = config.certificate().map(certificate -> files.identity(certificate, passwords)).orElse(null);
        if (config.verify() && config.authorities().isEmpty()) {
            files.problem(config.position(), "no proxy_ssl_trusted_certificate for proxy_ssl_verify");
        }
        var known = CipherNames.suites(config.ciphers(), library);
        if (known.isEmpty()) {
            files.problem(config.position(), "SSL_CTX_set_cipher_list(\"" + config.ciphers() + "\") failed");
        }
        List<String> all = new ArrayList<>();
        if (config.protocols().contains(TlsVersion.TLS_1_3)) {
            all.addAll(CipherNames.TLS_1_3);
        }
        if (config.protocols().contains(TlsVersion.TLS_1_2)) {
            all.addAll(known.orElse(List.of()));
        }
        suites = all;
        for (String name : CipherNames.unknown(config.ciphers(), library)) {
            files.warning(config.position(), "\"" + name + "\" in \"proxy_ssl_ciphers\" is not known to " + library.name()
                    + " and is left out");
        }
        files.check();
        files.depends(List.of(config.protocols().stream().sorted().toList(), config.ciphers(), config.sessionReuse(),
                config.sendName(), config.verify(), config.verifyDepth(), alpn, authorities.size(), revocations.size(),
                config.certificate().isPresent()));
        return files.fingerprint();
    }

    /// Builds what [#read] found.
    UpstreamTls build() throws TlsConfigException {
        try {
            return new UpstreamTls(context(), config.sendName(), files.warnings());
        } catch (SSLException | IllegalArgumentException | IllegalStateException e) {
            files.problem(config.position(), library.name() + " refuses this: " + e.getMessage());
            files.check();
            throw new IllegalStateException(e);
        }
    }

    private SslContext context() throws SSLException {
        ChainVerifier verifier = config.verify()
                ? new ChainVerifier(authorities, revocations, config.verifyDepth(), ChainVerifier.Purpose.SERVER)
                : null;
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(library.boringSsl() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
                .protocols(config.protocols().stream().sorted(Comparator.reverseOrder()).map(TlsVersion::label).toList())
                .ciphers(suites)
                // The trust manager compares the name itself: with OpenSSL's rules, and with nginx's words when it fails.
                .endpointIdentificationAlgorithm(null)
                .trustManager(new UpstreamTrust(verifier));
        if (identity != null) {
            IdentityKeys keys = new IdentityKeys(List.of(identity), library.boringSsl());
            builder.keyManager(library.boringSsl()
                    ? new OpenSslCachingX509KeyManagerFactory(keys.factory())
                    : keys.factory());
        }
        if (!alpn.isEmpty()) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, alpn));
        }
        if (library.boringSsl()) {
            builder.option(OpenSslContextOption.USE_TASKS, false);
        }
        SslContext context = builder.build();
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            sessions.setSessionCacheEnabled(config.sessionReuse());
            if (config.sessionReuse()) {
                sessions.setTicketKeys();
            }
        }
        return context;
    }
}
