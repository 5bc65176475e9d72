package io.sluice.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Position;
import io.sluice.config.model.TlsServerConfig.CertificateConfig;

/// Reads the files of one TLS configuration, collects what is wrong with them and remembers what they said. Used during
/// start-up only.
///
/// Every fault is reported and reading goes on; [#check] throws them together.
final class TlsFiles {

    private static final Set<String> CERTIFICATE_LABELS = Set.of("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE");

    private final List<TlsProblem> problems = new ArrayList<>();

    private final List<TlsProblem> warnings = new ArrayList<>();

    private final MessageDigest digest = Digests.sha256();

    /// Something that a context depends on besides its files.
    void depends(Object setting) {
        digest.update(setting.toString().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    /// Stands for everything that was read and that [#depends] was told.
    byte[] fingerprint() {
        return digest.digest();
    }

    void problem(Position position, String message) {
        problems.add(new TlsProblem(position, message));
    }

    void warning(Position position, String message) {
        warnings.add(new TlsProblem(position, message));
    }

    List<TlsProblem> warnings() {
        return List.copyOf(warnings);
    }

    /// Throws when anything was wrong so far.
    void check() throws TlsConfigException {
        if (!problems.isEmpty()) {
            throw new TlsConfigException(problems);
        }
    }

    /// A certificate, its chain and its key, which must belong together.
    @Nullable Identity identity(CertificateConfig config, List<String> passwords) {
        List<X509Certificate> chain = certificates(config.position(), config.certificate());
        byte[] text = read(config.keyPosition(), "cannot load certificate key \"" + config.key() + "\": BIO_new_file() failed",
                config.key());
        if (text == null) {
            return null;
        }
        try {
            Identity identity = chain.isEmpty() ? null : new Identity(chain, PrivateKeyText.read(text, passwords));
            if (identity != null && !identity.matches()) {
                problem(config.keyPosition(),
                        "SSL_CTX_use_PrivateKey(\"" + config.key() + "\") failed (SSL: key values mismatch)");
                return null;
            }
            return identity;
        } catch (GeneralSecurityException e) {
            problem(config.keyPosition(), "cannot load certificate key \"" + config.key()
                    + "\": PEM_read_bio_PrivateKey() failed (SSL: " + e.getMessage() + ")");
            return null;
        }
    }

    /// The certificates of a PEM file, in order; empty after a fault.
    List<X509Certificate> certificates(Position position, Path path) {
        String failed = "cannot load certificate \"" + path + "\": ";
        byte[] file = read(position, failed + "BIO_new_file() failed", path);
        if (file == null) {
            return List.of();
        }
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (PemBlock block : PemBlock.parse(file)) {
                if (CERTIFICATE_LABELS.contains(block.label())) {
                    certificates.add((X509Certificate)
                            factory.generateCertificate(new ByteArrayInputStream(block.der())));
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            problem(position, failed + "PEM_read_bio_X509() failed (SSL: " + e.getMessage() + ")");
            return List.of();
        }
        if (certificates.isEmpty()) {
            problem(position, failed + "PEM_read_bio_X509_AUX() failed (SSL: no start line:Expecting: TRUSTED CERTIFICATE)");
        }
        return certificates;
    }

    List<X509Certificate> certificates(Position position, Optional<Path> path) {
        return path.map(file -> certificates(position, file)).orElse(List.of());
    }

    /// The lists of revoked certificates in a PEM file.
    List<X509CRL> revocations(Position position, Optional<Path> path) {
        if (path.isEmpty()) {
            return List.of();
        }
        String failed = "cannot load CRL \"" + path.get() + "\": ";
        byte[] file = read(position, failed + "BIO_new_file() failed", path.get());
        if (file == null) {
            return List.of();
        }
        List<X509CRL> lists = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (PemBlock block : PemBlock.parse(file)) {
                if (block.label().equals("X509 CRL")) {
                    lists.add((X509CRL) factory.generateCRL(new ByteArrayInputStream(block.der())));
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            problem(position, failed + "PEM_read_bio_X509_CRL() failed (SSL: " + e.getMessage() + ")");
            return List.of();
        }
        if (lists.isEmpty()) {
            problem(position, failed + "PEM_read_bio_X509_CRL() failed (SSL: no start line:Expecting: X509 CRL)");
        }
        return lists;
    }

    /// The pass phrases of `ssl_password_file`, one a line.
    List<String> passwords(Position position, Optional<Path> path) {
        if (path.isEmpty()) {
            return List.of();
        }
        byte[] file = read(position, "open() \"" + path.get() + "\" failed", path.get());
        return file == null
                ? List.of()
                : new String(file, StandardCharsets.UTF_8).lines().filter(line -> !line.isEmpty()).toList();
    }

    /// A file's bytes, or null after a fault.
    ///
    /// @param failed how the message begins when it cannot be read
    byte @Nullable [] read(Position position, String failed, Path path) {
        try {
            byte[] bytes = Files.readAllBytes(path);
            digest.update(bytes);
            return bytes;
        } catch (NoSuchFileException _) {
            problem(position, failed + " (2: No such file or directory)");
        } catch (AccessDeniedException _) {
            problem(position, failed + " (13: Permission denied)");
        } catch (IOException e) {
            problem(position, failed + " (" + e.getMessage() + ")");
        }
        return null;
    }
}
