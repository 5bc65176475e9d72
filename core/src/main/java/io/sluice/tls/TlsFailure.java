package io.sluice.tls;

import javax.net.ssl.SSLException;

import io.netty.handler.ssl.SslClosedEngineException;

/// Says in one line why a handshake failed. Immutable.
public final class TlsFailure {

    private TlsFailure() {}

    /// For the error log, in nginx's manner: the verification error of a peer's certificate, or what the library said.
    public static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UpstreamCertificateException certificate) {
                return String.valueOf(certificate.getMessage());
            }
        }
        if (failure instanceof java.nio.channels.ClosedChannelException || failure instanceof SslClosedEngineException) {
            return "peer closed connection in SSL handshake";
        }
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return failure instanceof SSLException || failure.getCause() instanceof SSLException
                ? "SSL_do_handshake() failed (SSL: " + message.strip() + ")"
                : message;
    }
}
