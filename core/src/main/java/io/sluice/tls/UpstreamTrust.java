package io.sluice.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

import org.jspecify.annotations.Nullable;

/// Judges the certificates of peers within the handshake, so that nothing is sent to a peer that is not the right one.
/// Immutable.
final class UpstreamTrust extends X509ExtendedTrustManager {

    private final @Nullable ChainVerifier verifier;

    /// @param verifier null: every peer is trusted, as with `proxy_ssl_verify off`
    UpstreamTrust(@Nullable ChainVerifier verifier) {
        this.verifier = verifier;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        if (verifier == null) {
            return;
        }
        Verification result = verifier.verify(List.of(chain));
        if (result != Verification.OK) {
            throw new UpstreamCertificateException("upstream SSL certificate verify error: " + result);
        }
        String name = UpstreamTls.name(engine.getPeerHost());
        if (!PeerName.matches(chain[0], name)) {
            throw new UpstreamCertificateException("upstream SSL certificate does not match \"" + name + "\"");
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
        throw new UnsupportedOperationException("engines only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
        throw new UnsupportedOperationException("engines only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
        throw new UnsupportedOperationException("a client's side only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
        throw new UnsupportedOperationException("a client's side only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
        throw new UnsupportedOperationException("a client's side only");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
