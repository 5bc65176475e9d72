package io.sluice.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

import org.jspecify.annotations.Nullable;

import io.sluice.testing.TestAuthority.Issued;

/// The JDK's TLS over sockets that are connected already, as client and as server. Thread-safe.
public final class TestTls {

    private static final char[] PASSWORD = {};

    private final SSLContext context;

    private TestTls(SSLContext context) {
        this.context = context;
    }

    /// Trusts one authority.
    ///
    /// @param own what it shows, of an EC key; null: nothing
    public static TestTls trusting(Path authority, @Nullable Issued own) throws IOException {
        try {
            KeyStore trusted = empty();
            trusted.setCertificateEntry("authority", certificate(authority));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            KeyStore identities = empty();
            if (own != null) {
                identities.setKeyEntry("own", key(own.key()), PASSWORD, new Certificate[] {certificate(own.certificate())});
            }
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(identities, PASSWORD);
            SSLContext made = SSLContext.getInstance("TLS");
            made.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return new TestTls(made);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null);
        return store;
    }

    private static Certificate certificate(Path file) throws GeneralSecurityException, IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static PrivateKey key(Path file) throws GeneralSecurityException, IOException {
        String base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    /// The client's side; the handshake is still to come.
    ///
    /// @param name sent by SNI
    public SSLSocket client(Socket connected, String name) throws IOException {
        return (SSLSocket) context.getSocketFactory().createSocket(connected, name, connected.getPort(), true);
    }

    /// The server's side; the handshake is still to come.
    public SSLSocket server(Socket accepted) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(accepted, null, true);
        socket.setUseClientMode(false);
        return socket;
    }
}
