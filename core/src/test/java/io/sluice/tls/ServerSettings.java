package io.sluice.tls;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.sluice.config.model.Position;
import io.sluice.config.model.TlsServerConfig;
import io.sluice.config.model.TlsServerConfig.CertificateConfig;
import io.sluice.config.model.TlsServerConfig.ClientVerification;
import io.sluice.config.model.TlsServerConfig.SessionCache;
import io.sluice.config.model.TlsServerConfig.TlsVersion;
import io.sluice.testing.TestAuthority.Issued;

/// A TLS configuration of a server as a test varies it, with nginx's defaults. Confined to the test's thread.
final class ServerSettings {

    final List<CertificateConfig> certificates = new ArrayList<>();
    Set<TlsVersion> protocols = Set.of(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3);
    String ciphers = "HIGH:!aNULL:!MD5";
    boolean preferServerCiphers;
    List<String> curves = List.of();
    ClientVerification verifyClient = ClientVerification.OFF;
    int verifyDepth = 1;
    Optional<Path> clientAuthorities = Optional.empty();
    Optional<Path> trustedAuthorities = Optional.empty();
    Optional<Path> revocations = Optional.empty();
    SessionCache sessionCache = new SessionCache.None();
    Duration sessionTimeout = Duration.ofMinutes(5);
    boolean tickets = true;
    List<Path> ticketKeys = List.of();
    Optional<Path> staplingFile = Optional.empty();
    boolean rejectHandshake;
    Optional<Path> passwords = Optional.empty();

    static ServerSettings of(Issued... certificates) {
        ServerSettings settings = new ServerSettings();
        for (Issued issued : certificates) {
            settings.certificates.add(new CertificateConfig(
                    at(10), issued.certificate(), at(11), issued.key()));
        }
        return settings;
    }

    static Position at(int line) {
        return new Position("nginx.conf", line, 1);
    }

    TlsServerConfig config() {
        return new TlsServerConfig(at(1), certificates, protocols, ciphers, preferServerCiphers, curves, verifyClient,
                verifyDepth, clientAuthorities, trustedAuthorities, revocations, sessionCache, sessionTimeout, tickets,
                ticketKeys, staplingFile, rejectHandshake, passwords, List.of(), Duration.ofSeconds(60));
    }

    ServerTls build(TlsContexts contexts) {
        try {
            return contexts.server(config(), List.of("http/1.1", "http/1.0"));
        } catch (TlsConfigException e) {
            throw new AssertionError(e);
        }
    }

    List<TlsProblem> problems() {
        try {
            new TlsContexts().server(config(), List.of());
            return List.of();
        } catch (TlsConfigException e) {
            return e.problems();
        }
    }
}
