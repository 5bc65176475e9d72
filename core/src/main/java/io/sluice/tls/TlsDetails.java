package io.sluice.tls;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

import io.netty.handler.ssl.CipherSuiteConverter;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.TlsServerConfig.ClientVerification;
import io.sluice.session.HttpVariable;

/// What the handshake of an accepted connection told: the values of `$ssl_*`. Confined to its worker's event loop.
///
/// Values are computed when they are asked for; they stay available after the connection was closed.
public final class TlsDetails {

    /// What `ssl_verify_client` makes of a client.
    public enum Admission {
        /// Requests are served.
        ADMITTED,
        /// Status 495, 400: "The SSL certificate error".
        BAD_CERTIFICATE,
        /// Status 496, 400: "No required SSL certificate was sent".
        NO_CERTIFICATE
    }

    private final ServerTls server;

    private final String serverName;

    private final ClientHello hello;

    private final SSLSession session;

    private final boolean reused;

    private final @Nullable String alpn;

    private final @Nullable String curve;

    private @Nullable List<X509Certificate> clientChain;

    private @Nullable Verification verification;

    TlsDetails(SslHandler handler, ServerTls server, String serverName, ClientHello hello, long startMillis) {
        this.server = server;
        this.serverName = serverName;
        this.hello = hello;
        this.session = handler.engine().getSession();
        this.alpn = handler.applicationProtocol();
        if (handler.engine() instanceof ReferenceCountedOpenSslEngine engine) {
            this.reused = reused(engine);
            this.curve = curve(engine);
        } else {
            // The JDK does not tell; a resumed session keeps the time at which it was made.
            this.reused = session.getCreationTime() < startMillis;
            this.curve = null;
        }
    }

    /// The settings that the handshake was made with.
    public ServerTls server() {
        return server;
    }

    /// The name by SNI in lower case, empty when the client sent none.
    public String serverName() {
        return serverName;
    }

    /// `TLSv1.3` or `TLSv1.2`.
    public String protocol() {
        return session.getProtocol();
    }

    /// The cipher by OpenSSL's name.
    public String cipher() {
        String name = CipherSuiteConverter.toOpenSsl(session.getCipherSuite(), false);
        return name == null ? session.getCipherSuite() : name;
    }

    /// Whether a session was resumed.
    public boolean sessionReused() {
        return reused;
    }

    /// The protocol agreed on by ALPN, or null.
    public @Nullable String applicationProtocol() {
        return alpn;
    }

    /// The session's id in hexadecimal, empty when it has none.
    public String sessionId() {
        return HexFormat.of().formatHex(session.getId());
    }

    /// The certificates that the client showed, its own first; empty when it showed none.
    public List<X509Certificate> clientCertificates() {
        if (clientChain == null) {
            clientChain = readClientChain();
        }
        return clientChain;
    }

    /// What verifying the client's certificate gave; null when there was none. Computed once, for resumed sessions too.
    public @Nullable Verification verification() {
        if (verification == null && !clientCertificates().isEmpty()) {
            verification = server.verify(clientCertificates());
        }
        return verification;
    }

    /// Whether `ssl_verify_client` lets this client's requests in.
    public Admission admission() {
        ClientVerification mode = server.clientVerification();
        if (mode == ClientVerification.OFF) {
            return Admission.ADMITTED;
        }
        Verification result = verification();
        if (result == null) {
            return mode == ClientVerification.ON ? Admission.NO_CERTIFICATE : Admission.ADMITTED;
        }
        boolean good = result == Verification.OK
                || (mode == ClientVerification.OPTIONAL_NO_CA && result.onlyIssuerUnknown());
        return good ? Admission.ADMITTED : Admission.BAD_CERTIFICATE;
    }

    /// The value of a variable of TLS; null when there is none, and for every other variable.
    public @Nullable String value(HttpVariable variable) {
        return switch (variable) {
            case SSL_PROTOCOL -> protocol();
            case SSL_CIPHER -> cipher();
            case SSL_CIPHERS -> orNull(hello.ciphers());
            case SSL_CURVE -> curve;
            case SSL_CURVES -> orNull(hello.curves());
            case SSL_SESSION_ID -> orNull(sessionId());
            case SSL_SESSION_REUSED -> reused ? "r" : ".";
            case SSL_SERVER_NAME -> orNull(serverName);
            case SSL_ALPN_PROTOCOL -> alpn;
            case SSL_CLIENT_VERIFY -> verifyText();
            default -> clientCertificates().isEmpty() ? null : certificateValue(variable, clientCertificates().getFirst());
        };
    }

    private static @Nullable String certificateValue(HttpVariable variable, X509Certificate certificate) {
        return switch (variable) {
            case SSL_CLIENT_CERT -> CertificateText.indentedPem(certificate);
            case SSL_CLIENT_RAW_CERT -> CertificateText.pem(certificate);
            case SSL_CLIENT_ESCAPED_CERT -> CertificateText.escapedPem(certificate);
            case SSL_CLIENT_S_DN -> CertificateText.name(certificate.getSubjectX500Principal());
            case SSL_CLIENT_I_DN -> CertificateText.name(certificate.getIssuerX500Principal());
            case SSL_CLIENT_SERIAL -> CertificateText.serial(certificate);
            case SSL_CLIENT_FINGERPRINT -> CertificateText.fingerprint(certificate);
            case SSL_CLIENT_V_START -> CertificateText.time(certificate.getNotBefore());
            case SSL_CLIENT_V_END -> CertificateText.time(certificate.getNotAfter());
            case SSL_CLIENT_V_REMAIN -> Long.toString(CertificateText.daysLeft(certificate, Instant.now()));
            default -> null;
        };
    }

    private String verifyText() {
        Verification result = verification();
        if (result == null) {
            return "NONE";
        }
        return result == Verification.OK ? "SUCCESS" : "FAILED:" + result.text();
    }

    private List<X509Certificate> readClientChain() {
        if (server.clientVerification() == ClientVerification.OFF) {
            return List.of();
        }
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate certificate : session.getPeerCertificates()) {
                chain.add((X509Certificate) certificate);
            }
            return chain;
        } catch (SSLPeerUnverifiedException _) {
            return List.of();
        }
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    @SuppressWarnings("deprecation")
    private static boolean reused(ReferenceCountedOpenSslEngine engine) {
        return SSL.isSessionReused(engine.sslPointer());
    }

    @SuppressWarnings("deprecation")
    private static @Nullable String curve(ReferenceCountedOpenSslEngine engine) {
        try {
            return SSL.getGroupName(engine.sslPointer());
        } catch (Exception _) {
            // tcnative declares Exception: this build of it does not tell.
            return null;
        }
    }
}
