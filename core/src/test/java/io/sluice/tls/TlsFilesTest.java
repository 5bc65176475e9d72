package io.sluice.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sluice.config.model.TlsServerConfig.CertificateConfig;
import io.sluice.config.model.TlsServerConfig.ClientVerification;
import io.sluice.config.model.TlsServerConfig.TlsVersion;
import io.sluice.testing.TestAuthority;
import io.sluice.testing.TestAuthority.Issued;
import io.sluice.testing.TestAuthority.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/// What `-t` says of files and settings, and every form a key can have.
@SuppressWarnings("NullAway") // JUnit sets the field
class TlsFilesTest {

    @TempDir
    static Path directory;

    private static Issued ec;
    private static Issued rsa;

    @BeforeAll
    static void issue() throws IOException {
        TestAuthority authority = TestAuthority.create(directory, "root");
        ec = authority.issue("a.example", "EC", "DNS:a.example", Kind.SERVER);
        rsa = authority.issue("b.example", "RSA", "DNS:b.example", Kind.SERVER);
    }

    @Test
    void everyFormOfKeyIsRead() throws IOException {
        Path passwords = Files.writeString(directory.resolve("passwords"), "wrong\nsesame\n");
        String ecKey = ec.key().toString();
        String rsaKey = rsa.key().toString();
        List<Issued> forms = List.of(
                converted(ec, "sec1", "ec", "-in", ecKey),
                converted(ec, "sec1-aes", "ec", "-in", ecKey, "-aes256", "-passout", "pass:sesame"),
                converted(rsa, "pkcs1", "rsa", "-in", rsaKey, "-traditional"),
                converted(rsa, "pkcs1-aes", "rsa", "-in", rsaKey, "-traditional", "-aes128", "-passout", "pass:sesame"),
                converted(rsa, "pkcs1-3des", "rsa", "-in", rsaKey, "-traditional", "-des3", "-passout", "pass:sesame"),
                converted(rsa, "pkcs8-aes", "pkcs8", "-topk8", "-in", rsaKey, "-passout", "pass:sesame"),
                converted(ec, "pkcs8-aes128", "pkcs8", "-topk8", "-v2", "aes-128-cbc", "-in", ecKey, "-passout", "pass:sesame"));
        for (Issued form : forms) {
            ServerSettings settings = ServerSettings.of(form);
            settings.passwords = Optional.of(passwords);
            assertThat(settings.problems()).as(form.toString()).isEmpty();
        }
        assertThat(ServerSettings.of(forms.get(1)).problems()).singleElement().satisfies(problem -> {
            assertThat(problem.message()).isEqualTo("cannot load certificate key \"" + forms.get(1).key()
                    + "\": PEM_read_bio_PrivateKey() failed (SSL: bad decrypt)");
            assertThat(problem.position()).isEqualTo(ServerSettings.at(11));
        });
    }

    @Test
    void anEd25519CertificateServes() {
        Issued edwards = new Issued(directory.resolve("ed.pem"), directory.resolve("ed.key"));
        TestAuthority.openssl("req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "3650", "-subj", "/CN=e.example",
                "-keyout", edwards.key().toString(), "-out", edwards.certificate().toString());
        assertThat(ServerSettings.of(edwards).problems()).isEmpty();
    }

    @Test
    void faultsAreNginxs() throws IOException {
        Path garbage = Files.writeString(directory.resolve("garbage"), "nothing here\n");
        Path cut = Files.writeString(directory.resolve("cut"), "-----BEGIN CERTIFICATE-----\nMIIB\n");
        Path missing = directory.resolve("missing");
        assertProblem(pair(missing, ec.key()),
                "cannot load certificate \"" + missing + "\": BIO_new_file() failed (2: No such file or directory)");
        assertProblem(pair(garbage, ec.key()), "cannot load certificate \"" + garbage
                + "\": PEM_read_bio_X509_AUX() failed (SSL: no start line:Expecting: TRUSTED CERTIFICATE)");
        assertProblem(pair(cut, ec.key()),
                "cannot load certificate \"" + cut + "\": PEM_read_bio_X509() failed (SSL: bad end line)");
        assertProblem(pair(ec.certificate(), missing),
                "cannot load certificate key \"" + missing + "\": BIO_new_file() failed (2: No such file or directory)");
        assertProblem(pair(ec.certificate(), garbage), "cannot load certificate key \"" + garbage
                + "\": PEM_read_bio_PrivateKey() failed (SSL: no start line:Expecting: ANY PRIVATE KEY)");
        assertProblem(pair(ec.certificate(), rsa.key()),
                "SSL_CTX_use_PrivateKey(\"" + rsa.key() + "\") failed (SSL: key values mismatch)");
        assertProblem(new ServerSettings(), "no \"ssl_certificate\" is defined for the server that listens with \"ssl\"");
    }

    @Test
    void settingsAreChecked() throws IOException {
        ServerSettings ciphers = ServerSettings.of(ec);
        ciphers.ciphers = "NONSENSE";
        assertProblem(ciphers, "SSL_CTX_set_cipher_list(\"NONSENSE\") failed");
        ServerSettings curves = ServerSettings.of(ec);
        curves.curves = List.of("P-256", "curve9");
        assertProblem(curves, "SSL_CTX_set1_curves_list(\"P-256:curve9\") failed");
        ServerSettings clients = ServerSettings.of(ec);
        clients.verifyClient = ClientVerification.ON;
        assertProblem(clients, "no ssl_client_certificate or ssl_trusted_certificate for ssl_verify_client");
        ServerSettings revocations = ServerSettings.of(ec);
        revocations.revocations = Optional.of(ec.certificate());
        assertProblem(revocations, "cannot load CRL \"" + ec.certificate()
                + "\": PEM_read_bio_X509_CRL() failed (SSL: no start line:Expecting: X509 CRL)");
        Path tooShort = Files.write(directory.resolve("short.key"), new byte[47]);
        ServerSettings tickets = ServerSettings.of(ec);
        tickets.ticketKeys = List.of(tooShort);
        assertProblem(tickets, "\"" + tooShort + "\" must be 48 or 80 bytes");
    }

    @Test
    void allFaultsAreToldTogether() {
        ServerSettings settings = pair(directory.resolve("missing"), directory.resolve("none"));
        settings.ciphers = "";
        assertThat(settings.problems()).hasSize(3);
    }

    @Test
    void whatTheLibraryLeavesOutIsSaid() {
        ServerSettings settings = ServerSettings.of(rsa);
        settings.ciphers = "ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256:!MD5";
        assertThat(settings.build(new TlsContexts()).warnings()).singleElement().satisfies(warning -> assertThat(warning.message())
                .isEqualTo("\"DHE-RSA-AES128-GCM-SHA256\" in \"ssl_ciphers\" is not known to BoringSSL and is left out"));
    }

    @Test
    void theSameFilesGiveTheSameContext() throws IOException {
        TlsContexts contexts = new TlsContexts();
        Path certificate = Files.copy(ec.certificate(), directory.resolve("copy.pem"));
        Issued copied = new Issued(certificate, ec.key());
        ServerTls first = ServerSettings.of(copied).build(contexts);
        assertThat(ServerSettings.of(copied).build(contexts)).isSameAs(first);
        ServerSettings other = ServerSettings.of(copied);
        other.protocols = Set.of(TlsVersion.TLS_1_3);
        assertThat(other.build(contexts)).isNotSameAs(first);
        // A renewed certificate under the same name.
        Files.writeString(certificate, Files.readString(certificate) + Files.readString(rsa.certificate()));
        assertThat(ServerSettings.of(copied).build(contexts)).isNotSameAs(first);
    }

    private static ServerSettings pair(Path certificate, Path key) {
        ServerSettings settings = new ServerSettings();
        settings.certificates.add(new CertificateConfig(ServerSettings.at(10), certificate, ServerSettings.at(11), key));
        return settings;
    }

    private static void assertProblem(ServerSettings settings, String message) {
        assertThat(settings.problems()).singleElement()
                .satisfies(problem -> assertThat(problem.message()).isEqualTo(message));
    }

    private static Issued converted(Issued issued, String name, String... arguments) {
        Path key = directory.resolve(name + ".key");
        String[] command = java.util.Arrays.copyOf(arguments, arguments.length + 2);
        command[arguments.length] = "-out";
        command[arguments.length + 1] = key.toString();
        TestAuthority.openssl(command);
        return new Issued(issued.certificate(), key);
    }
}
