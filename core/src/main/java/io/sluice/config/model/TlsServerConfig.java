package io.sluice.config.model;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// TLS as a server speaks it: the `ssl_*` directives. Immutable.
///
/// @param certificates in order, one for each kind of key; may be empty only with `rejectHandshake`
/// @param ciphers in OpenSSL's notation, for TLS 1.2
/// @param curves `ssl_ecdh_curve`; empty: the library's choice
/// @param clientAuthorities `ssl_client_certificate`, whose names are sent to clients
/// @param trustedAuthorities `ssl_trusted_certificate`, which are trusted but not sent
/// @param ticketKeys the first encrypts, all decrypt; empty: one is made at start
/// @param staplingFile an OCSP answer in DER
/// @param passwords file of pass phrases, one a line
/// @param alpn `ssl_alpn` of a stream server; empty: none is negotiated there
public record TlsServerConfig(
        Position position,
        List<CertificateConfig> certificates,
        Set<TlsVersion> protocols,
        String ciphers,
        boolean preferServerCiphers,
        List<String> curves,
        ClientVerification verifyClient,
        int verifyDepth,
        Optional<Path> clientAuthorities,
        Optional<Path> trustedAuthorities,
        Optional<Path> revocations,
        SessionCache sessionCache,
        Duration sessionTimeout,
        boolean tickets,
        List<Path> ticketKeys,
        Optional<Path> staplingFile,
        boolean rejectHandshake,
        Optional<Path> passwords,
        List<String> alpn,
        Duration handshakeTimeout) {

    public TlsServerConfig {
        certificates = List.copyOf(certificates);
        protocols = Set.copyOf(protocols);
        curves = List.copyOf(curves);
        ticketKeys = List.copyOf(ticketKeys);
        alpn = List.copyOf(alpn);
    }

    /// A certificate with its chain, and its key.
    public record CertificateConfig(Position position, Path certificate, Position keyPosition, Path key) {}

    /// A version of the protocol.
    public enum TlsVersion {
        TLS_1_2("TLSv1.2"),
        TLS_1_3("TLSv1.3");

        private final String label;

        TlsVersion(String label) {
            this.label = label;
        }

        /// As in nginx's configuration.
        public String label() {
            return label;
        }
    }

    /// `ssl_verify_client`.
    public enum ClientVerification {
        OFF,
        ON,
        OPTIONAL,
        OPTIONAL_NO_CA
    }

    /// `ssl_session_cache`.
    public sealed interface SessionCache {

        /// `off`: a client is told not to resume.
        record Off() implements SessionCache {}

        /// `none`: a client may believe it can resume, and cannot.
        record None() implements SessionCache {}

        /// `builtin` or `shared`; either is one cache for the whole process here.
        ///
        /// @param name empty of `builtin`
        /// @param sessions how many it holds
        record Kept(String name, long sessions) implements SessionCache {}
    }
}
