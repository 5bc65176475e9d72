package io.sluice.config.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.sluice.config.model.TlsServerConfig.CertificateConfig;
import io.sluice.config.model.TlsServerConfig.TlsVersion;

/// TLS as it is spoken upstream: the `proxy_ssl_*` directives. Immutable.
///
/// @param sessionReuse sessions are resumed
/// @param ciphers in OpenSSL's notation, for TLS 1.2
/// @param name whom to expect in the certificate; absent: the host of `proxy_pass`
/// @param sendName the name is sent by SNI
/// @param verify the peer's certificate must be good for the name
/// @param authorities needed to verify
/// @param certificate shown to the peer
/// @param passwords file of pass phrases, one a line
/// @param alpn `proxy_ssl_alpn` of a stream server
public record TlsClientConfig(
        Position position,
        boolean sessionReuse,
        Set<TlsVersion> protocols,
        String ciphers,
        Optional<TemplateConfig> name,
        boolean sendName,
        boolean verify,
        int verifyDepth,
        Optional<Path> authorities,
        Optional<Path> revocations,
        Optional<CertificateConfig> certificate,
        Optional<Path> passwords,
        List<TemplateConfig> alpn) {

    /// nginx's defaults.
    public static final TlsClientConfig DEFAULT = new TlsClientConfig(
            Position.NONE, true, Set.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3), "DEFAULT", Optional.empty(), false,
            false, 1, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), List.of());

    public TlsClientConfig {
        protocols = Set.copyOf(protocols);
        alpn = List.copyOf(alpn);
    }
}
