package io.sluice.bench.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;

/// A handshake with a proxy, to see what it chooses. Immutable.
final class TlsProbe {

    /// As BoringSSL has them on a processor with AES, which is what the load's clients run on.
    private static final String[] OFFERED = {
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"
    };

    private static final int TIMEOUT_MILLIS = 10_000;

    private TlsProbe() {}

    /// Protocol and cipher that the service on a port takes of what the load's clients offer.
    static String negotiated(int port) throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        try (SSLSocket socket = (SSLSocket) context().getSocketFactory().createSocket(here, port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.3"});
            parameters.setCipherSuites(OFFERED);
            parameters.setNamedGroups(new String[] {"x25519"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket.getSession().getProtocol() + " with " + socket.getSession().getCipherSuite();
        }
    }

    private static SSLContext context() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("this JDK has no TLS", e);
        }
    }
}
