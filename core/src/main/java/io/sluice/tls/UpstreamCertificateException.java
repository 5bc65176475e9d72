package io.sluice.tls;

import java.security.cert.CertificateException;

/// A peer's certificate is not good, or not for the name; the message is nginx's. Immutable.
final class UpstreamCertificateException extends CertificateException {

    private static final long serialVersionUID = 1L;

    UpstreamCertificateException(String message) {
        super(message);
    }
}
