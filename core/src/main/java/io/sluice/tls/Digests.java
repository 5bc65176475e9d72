package io.sluice.tls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The digests that every JDK has. Thread-safe.
final class Digests {

    private Digests() {}

    static MessageDigest sha256() {
        return named("SHA-256");
    }

    static MessageDigest sha1() {
        return named("SHA-1");
    }

    private static MessageDigest named(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
