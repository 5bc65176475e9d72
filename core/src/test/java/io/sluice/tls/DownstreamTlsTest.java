package io.sluice.tls;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sluice.config.model.TlsServerConfig.SessionCache;
import io.sluice.config.model.TlsServerConfig.TlsVersion;
import io.sluice.session.HttpVariable;
import io.sluice.testing.TestAuthority;
import io.sluice.testing.TestAuthority.Issued;
import io.sluice.testing.TestAuthority.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/// Handshakes with `openssl s_client`: which server, which certificate, which protocol, which session.
@SuppressWarnings("NullAway") // a test hands over what the annotations exclude, or JUnit sets a field
class DownstreamTlsTest {

    private static Path directory;

    private static TestAuthority authority;
    private static Issued ec;
    private static Issued rsa;

    private final TlsContexts contexts = new TlsContexts();

    @BeforeAll
    static void issue(@TempDir Path temporary) throws IOException {
        directory = temporary;
        authority = TestAuthority.create(directory, "root");
        ec = authority.issue("a.example", "EC", "DNS:a.example", Kind.SERVER);
        rsa = authority.issue("b.example", "RSA", "DNS:b.example", Kind.SERVER);
    }

    @Test
    void theNameChoosesTheServer() {
        Map<String, ServerTls> servers = Map.of(
                "a.example", ServerSettings.of(ec).build(contexts),
                "b.example", ServerSettings.of(rsa).build(contexts));
        try (TlsEcho echo = new TlsEcho(name -> servers.getOrDefault(name, servers.get("a.example")), Duration.ofSeconds(20))) {
            assertThat(echo.client("-servername", "B.example")).contains("CN = b.example").contains(OpenSslClient.LINE);
            TlsDetails details = echo.details();
            assertThat(details.serverName()).isEqualTo("b.example");
            assertThat(details.value(HttpVariable.SSL_SERVER_NAME)).isEqualTo("b.example");
            assertThat(echo.client("-noservername")).contains("CN = a.example");
            assertThat(echo.details().value(HttpVariable.SSL_SERVER_NAME)).isNull();
            assertThat(echo.client("-servername", "other.example")).contains("CN = a.example");
        }
    }

    @Test
    void theClientsOfferChoosesTheCertificate() {
        try (TlsEcho echo = new TlsEcho(ServerSettings.of(rsa, ec).build(contexts))) {
            assertThat(echo.client()).contains("CN = a.example");
            assertThat(echo.client("-sigalgs", "rsa_pss_rsae_sha256")).contains("CN = b.example");
            assertThat(echo.client("-sigalgs", "ecdsa_secp256r1_sha256")).contains("CN = a.example");
            assertThat(echo.client("-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256")).contains("CN = b.example");
            assertThat(echo.client("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256")).contains("CN = a.example");
        }
    }

    @Test
    void protocolsAreThoseConfigured() {
        ServerSettings old = ServerSettings.of(ec);
        old.protocols = Set.of(TlsVersion.TLS_1_2);
        try (TlsEcho echo = new TlsEcho(old.build(contexts))) {
            assertThat(echo.client("-tls1_3")).contains("alert protocol version");
            assertThat(echo.event()).isInstanceOf(TlsEvent.Failed.class);
            assertThat(echo.client()).contains("New, TLSv1.2");
            assertThat(echo.details().value(HttpVariable.SSL_PROTOCOL)).isEqualTo("TLSv1.2");
        }
        ServerSettings fresh = ServerSettings.of(ec);
        fresh.protocols = Set.of(TlsVersion.TLS_1_3);
        try (TlsEcho echo = new TlsEcho(fresh.build(contexts))) {
            assertThat(echo.client("-tls1_2")).contains("alert protocol version");
            assertThat(echo.event()).isInstanceOf(TlsEvent.Failed.class);
            assertThat(echo.client()).contains("New, TLSv1.3");
            TlsDetails details = echo.details();
            assertThat(details.value(HttpVariable.SSL_PROTOCOL)).isEqualTo("TLSv1.3");
            assertThat(details.value(HttpVariable.SSL_CURVE)).isEqualTo("X25519");
            assertThat(details.value(HttpVariable.SSL_CIPHER)).isEqualTo("TLS_AES_256_GCM_SHA384");
        }
    }

    @Test
    void ciphersAndTheirOrder() {
        ServerSettings settings = ServerSettings.of(rsa);
        settings.ciphers = "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256";
        String[] offer = {"-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384"};
        try (TlsEcho echo = new TlsEcho(settings.build(contexts))) {
            echo.client(offer);
            TlsDetails details = echo.details();
            assertThat(details.cipher()).isEqualTo("ECDHE-RSA-AES128-GCM-SHA256");
            // The last one says that the client knows secure renegotiation (RFC 5746).
            assertThat(details.value(HttpVariable.SSL_CIPHERS))
                    .isEqualTo("ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:0x00ff");
            assertThat(echo.client("-tls1_2", "-cipher", "AES128-SHA")).contains("handshake failure");
        }
        settings.preferServerCiphers = true;
        try (TlsEcho echo = new TlsEcho(settings.build(contexts))) {
            echo.client(offer);
            assertThat(echo.details().cipher()).isEqualTo("ECDHE-RSA-AES256-GCM-SHA384");
        }
    }

    @Test
    void curvesAreThoseConfigured() {
        ServerSettings settings = ServerSettings.of(ec);
        settings.curves = List.of("secp384r1", "prime256v1");
        try (TlsEcho echo = new TlsEcho(settings.build(contexts))) {
            echo.client("-groups", "X25519:P-384");
            TlsDetails details = echo.details();
            assertThat(details.value(HttpVariable.SSL_CURVE)).isIn("P-384", "secp384r1");
            assertThat(details.value(HttpVariable.SSL_CURVES)).isEqualTo("X25519:secp384r1");
            assertThat(echo.client("-groups", "X25519")).contains("handshake failure");
        }
    }

    @Test
    void alpnIsAgreedOnOrLeftOut() {
        try (TlsEcho echo = new TlsEcho(ServerSettings.of(ec).build(contexts))) {
            assertThat(echo.client("-alpn", "h2,http/1.1")).contains("ALPN protocol: http/1.1");
            assertThat(echo.details().value(HttpVariable.SSL_ALPN_PROTOCOL)).isEqualTo("http/1.1");
            assertThat(echo.client("-alpn", "h2")).contains("No ALPN negotiated").contains(OpenSslClient.LINE);
            assertThat(echo.details().applicationProtocol()).isNull();
        }
    }

    @Test
    void sessionsAreResumedByTicketsAcrossContextsWithTheSameKey() throws IOException {
        Path key = Files.write(directory.resolve("ticket.key"), new byte[48]);
        Path old = Files.write(directory.resolve("old.key"), "x".repeat(80).getBytes(StandardCharsets.US_ASCII));
        ServerSettings first = ServerSettings.of(ec);
        first.ticketKeys = List.of(key);
        ServerSettings second = ServerSettings.of(ec);
        second.ticketKeys = List.of(old, key);
        ServerSettings third = ServerSettings.of(ec);
        third.ticketKeys = List.of(old);
        for (String version : List.of("-tls1_2", "-tls1_3")) {
            Path session = directory.resolve("session" + version);
            try (TlsEcho one = new TlsEcho(first.build(contexts));
                    TlsEcho two = new TlsEcho(second.build(new TlsContexts()));
                    TlsEcho three = new TlsEcho(third.build(contexts))) {
                one.client(version, "-sess_out", session.toString());
                assertThat(one.details().value(HttpVariable.SSL_SESSION_REUSED)).isEqualTo(".");
                one.client(version, "-sess_in", session.toString());
                assertThat(one.details().value(HttpVariable.SSL_SESSION_REUSED)).as(version).isEqualTo("r");
                two.client(version, "-sess_in", session.toString());
                assertThat(two.details().sessionReused()).as("two keys").isTrue();
                three.client(version, "-sess_in", session.toString());
                assertThat(three.details().sessionReused()).as("another key").isFalse();
            }
        }
    }

    @Test
    void withoutKeyFilesTheProcessHasOneKey() {
        ServerSettings other = ServerSettings.of(ec);
        other.preferServerCiphers = true;
        Path session = directory.resolve("process");
        try (TlsEcho one = new TlsEcho(ServerSettings.of(ec).build(contexts));
                TlsEcho two = new TlsEcho(other.build(contexts));
                TlsEcho restarted = new TlsEcho(ServerSettings.of(ec).build(new TlsContexts()))) {
            one.client("-sess_out", session.toString());
            two.client("-sess_in", session.toString());
            assertThat(one.details().sessionReused()).isFalse();
            assertThat(two.details().sessionReused()).isTrue();
            restarted.client("-sess_in", session.toString());
            assertThat(restarted.details().sessionReused()).isFalse();
        }
    }

    @Test
    void theSessionCacheServesWhereTicketsAreOff() {
        ServerSettings settings = ServerSettings.of(ec);
        settings.tickets = false;
        settings.sessionCache = new SessionCache.Kept("SSL", 1000);
        Path session = directory.resolve("cached");
        try (TlsEcho echo = new TlsEcho(settings.build(contexts))) {
            assertThat(echo.client("-tls1_2", "-sess_out", session.toString())).doesNotContain("session ticket:");
            assertThat(echo.details().sessionReused()).isFalse();
            // What a reload does when nothing has changed.
            try (TlsEcho reloaded = new TlsEcho(settings.build(contexts))) {
                reloaded.client("-tls1_2", "-sess_in", session.toString());
                TlsDetails details = reloaded.details();
                assertThat(details.sessionReused()).isTrue();
                assertThat(details.value(HttpVariable.SSL_SESSION_ID)).hasSize(64);
            }
            assertThat(echo.client("-tls1_3")).doesNotContain("session ticket:");
            assertThat(settings.build(contexts).warnings()).singleElement()
                    .satisfies(warning -> assertThat(warning.message()).contains("by tickets only"));
        }
    }

    @Test
    void noCacheAndNoTicketsResumeNothing() {
        ServerSettings settings = ServerSettings.of(ec);
        settings.tickets = false;
        settings.sessionCache = new SessionCache.Off();
        Path session = directory.resolve("off");
        try (TlsEcho echo = new TlsEcho(settings.build(contexts))) {
            echo.client("-tls1_2", "-sess_out", session.toString());
            assertThat(session).doesNotExist();
            assertThat(echo.details().value(HttpVariable.SSL_SESSION_ID)).isNull();
        }
    }

    @Test
    void theOcspAnswerIsStapled() {
        ServerSettings settings = ServerSettings.of(ec, rsa);
        settings.staplingFile = Optional.of(authority.ocspAnswer(ec));
        try (TlsEcho echo = new TlsEcho(settings.build(contexts))) {
            assertThat(echo.client("-status", "-sigalgs", "ecdsa_secp256r1_sha256")).contains("OCSP Response Status: successful");
            assertThat(echo.client("-sigalgs", "ecdsa_secp256r1_sha256")).doesNotContain("OCSP Response Status: successful");
        }
    }

    @Test
    void aRefusedHandshakeGetsAnAlert() {
        ServerSettings refusing = new ServerSettings();
        refusing.rejectHandshake = true;
        ServerTls refuses = refusing.build(contexts);
        ServerTls serves = ServerSettings.of(ec).build(contexts);
        try (TlsEcho echo = new TlsEcho(name -> name.equals("a.example") ? serves : refuses, Duration.ofSeconds(20))) {
            assertThat(echo.client("-servername", "evil.example")).contains("unrecognized name");
            assertThat(echo.event()).isEqualTo(new TlsEvent.Rejected("evil.example"));
            assertThat(echo.client("-noservername")).contains("unrecognized name");
            assertThat(echo.event()).isEqualTo(new TlsEvent.Rejected(""));
            assertThat(echo.client("-servername", "a.example")).contains("CN = a.example");
        }
    }

    @Test
    void plainTextIsHandedOn() throws IOException {
        try (TlsEcho echo = new TlsEcho(ServerSettings.of(ec).build(contexts));
                Socket socket = new Socket(echo.address().getAddress(), echo.address().getPort())) {
            byte[] request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            socket.getOutputStream().write(request);
            assertThat(socket.getInputStream().readNBytes(request.length)).isEqualTo(request);
            assertThat(echo.event()).isEqualTo(new TlsEvent.PlainText());
        }
    }

    @Test
    void garbageAndHugeHellosEndTheConnection() throws IOException {
        byte[] huge = {22, 3, 1, 0x40, 0, 1, 0, (byte) 0xff, (byte) 0xff};
        byte[] broken = {22, 3, 1, 0, 8, 1, 0, 0, 4, 3, 3, 1, 2};
        for (byte[] hello : List.of(java.util.Arrays.copyOf(huge, 0x4005), broken)) {
            try (TlsEcho echo = new TlsEcho(ServerSettings.of(ec).build(contexts));
                    Socket socket = new Socket(echo.address().getAddress(), echo.address().getPort())) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write(hello);
                assertThat(echo.event()).isInstanceOf(TlsEvent.Failed.class);
            }
        }
    }

    @Test
    void aSilentClientIsLeftAlone() throws IOException {
        ServerTls server = ServerSettings.of(ec).build(contexts);
        try (TlsEcho echo = new TlsEcho(_ -> server, Duration.ofMillis(50));
                Socket socket = new Socket(echo.address().getAddress(), echo.address().getPort())) {
            socket.setSoTimeout(20_000);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(echo.event()).isInstanceOfSatisfying(TlsEvent.Failed.class,
                    failed -> assertThat(failed.reason()).isEqualTo("TLS handshake timed out after 50 ms"));
        }
    }
}
