package io.sluice.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sluice.config.model.TlsServerConfig.ClientVerification;
import io.sluice.session.HttpVariable;
import io.sluice.testing.TestAuthority;
import io.sluice.testing.TestAuthority.Issued;
import io.sluice.testing.TestAuthority.Kind;
import io.sluice.tls.TlsDetails.Admission;

import static org.assertj.core.api.Assertions.assertThat;

/// `ssl_verify_client` in all its modes: the handshake goes on, what is known of the client decides afterwards.
@SuppressWarnings("NullAway") // a test hands over what the annotations exclude, or JUnit sets a field
class ClientCertificateTest {

    @TempDir
    static Path directory;

    private static TestAuthority authority;
    private static TestAuthority below;
    private static TestAuthority stranger;
    private static Issued server;
    private static Issued client;

    private final TlsContexts contexts = new TlsContexts();

    @BeforeAll
    static void issue() throws IOException {
        authority = TestAuthority.create(directory, "root");
        below = authority.intermediate("below");
        stranger = TestAuthority.create(directory, "stranger");
        server = authority.issue("a.example", "EC", "DNS:a.example", Kind.SERVER);
        client = authority.issue("/C=AT/O=Sluice, \u00c4mter/CN=joe/emailAddress=joe@a.example", "EC", "", Kind.CLIENT,
                "20200101000000Z", "20491231000000Z");
    }

    @Test
    void onNeedsAGoodCertificate() {
        ServerSettings settings = verifying(ClientVerification.ON);
        try (TlsEcho echo = new TlsEcho(settings.build(contexts))) {
            TlsDetails none = handshake(echo, null);
            assertThat(none.admission()).isEqualTo(Admission.NO_CERTIFICATE);
            assertThat(none.value(HttpVariable.SSL_CLIENT_VERIFY)).isEqualTo("NONE");
            assertThat(none.value(HttpVariable.SSL_CLIENT_S_DN)).isNull();

            TlsDetails good = handshake(echo, client);
            assertThat(good.admission()).isEqualTo(Admission.ADMITTED);
            assertThat(good.value(HttpVariable.SSL_CLIENT_VERIFY)).isEqualTo("SUCCESS");

            TlsDetails bad = handshake(echo, stranger.issue("eve", "EC", "", Kind.CLIENT));
            assertThat(bad.admission()).isEqualTo(Admission.BAD_CERTIFICATE);
            assertThat(bad.verification()).hasToString("(21:unable to verify the first certificate)");
            assertThat(bad.value(HttpVariable.SSL_CLIENT_VERIFY)).isEqualTo("FAILED:unable to verify the first certificate");
        }
    }

    @Test
    void optionalAdmitsWithout() {
        try (TlsEcho echo = new TlsEcho(verifying(ClientVerification.OPTIONAL).build(contexts))) {
            assertThat(handshake(echo, null).admission()).isEqualTo(Admission.ADMITTED);
            assertThat(handshake(echo, client).admission()).isEqualTo(Admission.ADMITTED);
            assertThat(handshake(echo, stranger.issue("eve", "EC", "", Kind.CLIENT)).admission())
                    .isEqualTo(Admission.BAD_CERTIFICATE);
        }
    }

    @Test
    void optionalNoCaAdmitsUnknownAuthorities() {
        ServerSettings settings = ServerSettings.of(server);
        settings.verifyClient = ClientVerification.OPTIONAL_NO_CA;
        try (TlsEcho echo = new TlsEcho(settings.build(contexts))) {
            TlsDetails unknown = handshake(echo, client);
            assertThat(unknown.admission()).isEqualTo(Admission.ADMITTED);
            assertThat(unknown.value(HttpVariable.SSL_CLIENT_VERIFY)).startsWith("FAILED:");
            assertThat(handshake(echo, authority.issueExpired("late", "", Kind.CLIENT)).admission())
                    .isEqualTo(Admission.BAD_CERTIFICATE);
        }
    }

    @Test
    void offAsksForNothing() {
        try (TlsEcho echo = new TlsEcho(ServerSettings.of(server).build(contexts))) {
            assertThat(echo.client("-cert", client.certificate().toString(), "-key", client.key().toString()))
                    .contains("No client certificate CA names sent");
            assertThat(echo.details().clientCertificates()).isEmpty();
        }
    }

    @Test
    void reasonsAreOpenSsls() throws IOException {
        ServerSettings settings = verifying(ClientVerification.ON);
        Issued deep = below.issue("deep", "EC", "", Kind.CLIENT);
        try (TlsEcho echo = new TlsEcho(settings.build(contexts))) {
            assertThat(handshake(echo, authority.issueExpired("late", "", Kind.CLIENT)).verification())
                    .isEqualTo(Verification.EXPIRED);
            assertThat(handshake(echo, server).verification()).isEqualTo(Verification.WRONG_PURPOSE);
            assertThat(handshake(echo, selfSigned()).verification()).isEqualTo(Verification.SELF_SIGNED);
            assertThat(handshake(echo, deep).verification()).isEqualTo(Verification.LEAF_UNVERIFIED);
            assertThat(handshake(echo, below.withChain(deep)).verification()).isEqualTo(Verification.OK);
            assertThat(handshake(echo, stranger.withChain(stranger.issue("eve", "EC", "", Kind.CLIENT))).verification())
                    .isEqualTo(Verification.SELF_SIGNED_IN_CHAIN);
        }
        settings.verifyDepth = 0;
        try (TlsEcho echo = new TlsEcho(settings.build(contexts))) {
            assertThat(handshake(echo, below.withChain(deep)).verification()).isEqualTo(Verification.CHAIN_TOO_LONG);
            assertThat(handshake(echo, client).verification()).isEqualTo(Verification.OK);
        }
    }

    @Test
    void revokedCertificatesAreRefused() throws IOException {
        Issued revoked = authority.issue("gone", "EC", "", Kind.CLIENT);
        authority.revoke(revoked);
        ServerSettings settings = verifying(ClientVerification.ON);
        settings.revocations = Optional.of(authority.revocations());
        Issued deep = below.withChain(below.issue("deep", "EC", "", Kind.CLIENT));
        try (TlsEcho echo = new TlsEcho(settings.build(contexts))) {
            assertThat(handshake(echo, revoked).verification()).isEqualTo(Verification.REVOKED);
            assertThat(handshake(echo, client).verification()).isEqualTo(Verification.OK);
            assertThat(handshake(echo, deep).verification()).isEqualTo(Verification.NO_CRL);
        }
    }

    @Test
    void trustedAuthoritiesAreNotNamed() {
        ServerSettings settings = verifying(ClientVerification.ON);
        settings.trustedAuthorities = Optional.of(stranger.certificate());
        try (TlsEcho echo = new TlsEcho(settings.build(contexts))) {
            assertThat(echo.client()).contains("Acceptable client certificate CA names\nO = Sluice, CN = root\n")
                    .doesNotContain("CN = stranger");
            echo.details();
            assertThat(handshake(echo, stranger.issue("friend", "EC", "", Kind.CLIENT)).admission())
                    .isEqualTo(Admission.ADMITTED);
        }
    }

    @Test
    void aResumedSessionKnowsItsClient() {
        for (String version : List.of("-tls1_2", "-tls1_3")) {
            Path session = directory.resolve("client" + version);
            try (TlsEcho echo = new TlsEcho(verifying(ClientVerification.ON).build(contexts))) {
                handshake(echo, client, version, "-sess_out", session.toString());
                TlsDetails resumed = handshake(echo, null, version, "-sess_in", session.toString());
                assertThat(resumed.sessionReused()).isTrue();
                assertThat(resumed.value(HttpVariable.SSL_CLIENT_VERIFY)).isEqualTo("SUCCESS");
                assertThat(resumed.value(HttpVariable.SSL_CLIENT_S_DN)).contains("CN=joe");
            }
        }
    }

    @Test
    void aSessionOfAnotherServerIsNotResumed() {
        Path session = directory.resolve("elsewhere");
        try (TlsEcho open = new TlsEcho(ServerSettings.of(server).build(contexts));
                TlsEcho closed = new TlsEcho(verifying(ClientVerification.ON).build(contexts))) {
            open.client("-sess_out", session.toString());
            TlsDetails there = handshake(closed, null, "-sess_in", session.toString());
            assertThat(there.sessionReused()).isFalse();
            assertThat(there.admission()).isEqualTo(Admission.NO_CERTIFICATE);
        }
    }

    @Test
    void variablesTellOfTheCertificate() throws IOException {
        try (TlsEcho echo = new TlsEcho(verifying(ClientVerification.ON).build(contexts))) {
            TlsDetails details = handshake(echo, client);
            String file = client.certificate().toString();
            String pem = Files.readString(client.certificate()).strip();
            assertThat(details.value(HttpVariable.SSL_CLIENT_RAW_CERT)).isEqualTo(pem);
            assertThat(details.value(HttpVariable.SSL_CLIENT_CERT)).isEqualTo(pem.replace("\n", "\n\t"));
            assertThat(java.net.URLDecoder.decode(
                    String.valueOf(details.value(HttpVariable.SSL_CLIENT_ESCAPED_CERT)).replace("+", "%2B"), StandardCharsets.US_ASCII))
                    .isEqualTo(pem + "\n");
            assertThat(details.value(HttpVariable.SSL_CLIENT_ESCAPED_CERT)).startsWith("-----BEGIN%20CERTIFICATE-----%0A");
            assertThat("subject=" + details.value(HttpVariable.SSL_CLIENT_S_DN))
                    .isEqualTo(x509(file, "-subject", "-nameopt", "RFC2253"));
            assertThat("issuer=" + details.value(HttpVariable.SSL_CLIENT_I_DN))
                    .isEqualTo(x509(file, "-issuer", "-nameopt", "RFC2253"));
            assertThat("serial=" + details.value(HttpVariable.SSL_CLIENT_SERIAL)).isEqualTo(x509(file, "-serial"));
            assertThat(details.value(HttpVariable.SSL_CLIENT_FINGERPRINT)).isEqualTo(
                    x509(file, "-fingerprint", "-sha1").replaceFirst(".*=", "").replace(":", "").toLowerCase(java.util.Locale.ROOT));
            assertThat("notBefore=" + details.value(HttpVariable.SSL_CLIENT_V_START)).isEqualTo(x509(file, "-startdate"));
            assertThat("notAfter=" + details.value(HttpVariable.SSL_CLIENT_V_END)).isEqualTo(x509(file, "-enddate"));
            assertThat(Long.parseLong(String.valueOf(details.value(HttpVariable.SSL_CLIENT_V_REMAIN)))).isGreaterThan(5000);
        }
    }

    private static String x509(String file, String... what) {
        List<String> arguments = new ArrayList<>(List.of("x509", "-noout", "-in", file));
        arguments.addAll(Arrays.asList(what));
        return TestAuthority.openssl(arguments.toArray(String[]::new)).strip();
    }

    private static Issued selfSigned() {
        Issued own = new Issued(directory.resolve("self.pem"), directory.resolve("self.key"));
        TestAuthority.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
                "3650", "-subj", "/CN=self", "-keyout", own.key().toString(), "-out", own.certificate().toString());
        return own;
    }

    private static ServerSettings verifying(ClientVerification mode) {
        ServerSettings settings = ServerSettings.of(server);
        settings.verifyClient = mode;
        settings.clientAuthorities = Optional.of(authority.certificate());
        return settings;
    }

    private static TlsDetails handshake(TlsEcho echo, @Nullable Issued shown, String... more) {
        List<String> arguments = new ArrayList<>(List.of(more));
        if (shown != null) {
            arguments.addAll(List.of("-cert", shown.certificate().toString(), "-key", shown.key().toString(),
                    "-cert_chain", shown.certificate().toString()));
        }
        echo.client(arguments.toArray(String[]::new));
        return echo.details();
    }
}
