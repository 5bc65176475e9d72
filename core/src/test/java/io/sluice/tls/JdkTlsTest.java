package io.sluice.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sluice.config.model.TlsServerConfig.ClientVerification;
import io.sluice.session.HttpVariable;
import io.sluice.testing.TestAuthority;
import io.sluice.testing.TestAuthority.Issued;
import io.sluice.testing.TestAuthority.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/// The JDK's TLS, which serves where BoringSSL cannot be loaded.
@SuppressWarnings("NullAway") // a test hands over what the annotations exclude, or JUnit sets a field
class JdkTlsTest {

    private static final TlsLibrary JDK = new TlsLibrary("JDK", "25", false, Optional.of("a test"));

    @TempDir
    static Path directory;

    private static TestAuthority authority;
    private static Issued ec;
    private static Issued rsa;

    private final TlsContexts contexts = new TlsContexts(JDK);

    @BeforeAll
    static void issue() throws IOException {
        authority = TestAuthority.create(directory, "root");
        ec = authority.issue("a.example", "EC", "DNS:a.example", Kind.SERVER);
        rsa = authority.issue("b.example", "RSA", "DNS:b.example", Kind.SERVER);
    }

    @Test
    void theLibraryIsToldOf() {
        assertThat(TlsLibrary.current().name()).isEqualTo("BoringSSL");
        assertThat(TlsLibrary.current().version()).matches("netty-tcnative [0-9.]+Final");
        assertThat(JDK).hasToString("JDK 25 (a test)");
    }

    @Test
    void handshakesWithEitherCertificate() {
        ServerSettings settings = ServerSettings.of(rsa, ec);
        settings.ciphers = "ECDHE+AESGCM:!aNULL";
        settings.curves = List.of("prime256v1");
        try (TlsEcho echo = new TlsEcho(settings.build(contexts))) {
            assertThat(echo.client("-alpn", "http/1.1")).contains("CN = a.example").contains("ALPN protocol: http/1.1");
            TlsDetails details = echo.details();
            assertThat(details.protocol()).isEqualTo("TLSv1.3");
            assertThat(details.value(HttpVariable.SSL_CURVE)).isNull();
            assertThat(echo.client("-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256")).contains("CN = b.example");
            assertThat(echo.details().cipher()).isEqualTo("ECDHE-RSA-AES128-GCM-SHA256");
            assertThat(echo.client("-tls1_2", "-cipher", "AES128-SHA")).contains("handshake failure");
        }
    }

    @Test
    void clientsAreJudgedAfterTheHandshake() {
        ServerSettings settings = ServerSettings.of(ec);
        settings.verifyClient = ClientVerification.ON;
        settings.clientAuthorities = Optional.of(authority.certificate());
        Issued client = authority.issue("joe", "EC", "", Kind.CLIENT);
        Issued late = authority.issueExpired("late", "", Kind.CLIENT);
        try (TlsEcho echo = new TlsEcho(settings.build(contexts))) {
            echo.client("-cert", client.certificate().toString(), "-key", client.key().toString());
            assertThat(echo.details().value(HttpVariable.SSL_CLIENT_VERIFY)).isEqualTo("SUCCESS");
            echo.client("-cert", late.certificate().toString(), "-key", late.key().toString());
            assertThat(echo.details().value(HttpVariable.SSL_CLIENT_VERIFY)).isEqualTo("FAILED:certificate has expired");
            echo.client();
            assertThat(echo.details().admission()).isEqualTo(TlsDetails.Admission.NO_CERTIFICATE);
        }
    }

    @Test
    void sessionsAreResumed() {
        Path session = directory.resolve("session");
        try (TlsEcho echo = new TlsEcho(ServerSettings.of(ec).build(contexts))) {
            echo.client("-sess_out", session.toString());
            assertThat(echo.details().sessionReused()).isFalse();
            echo.client("-sess_in", session.toString());
            assertThat(echo.details().sessionReused()).isTrue();
        }
    }

    @Test
    void whatItCannotIsSaid() throws IOException {
        ServerSettings settings = ServerSettings.of(ec);
        settings.tickets = false;
        settings.ticketKeys = List.of(Files.write(directory.resolve("key"), new byte[48]));
        settings.staplingFile = Optional.of(authority.ocspAnswer(ec));
        settings.ciphers = "DEFAULT:CAMELLIA128-SHA";
        assertThat(settings.build(contexts).warnings()).hasSize(4);
    }
}
