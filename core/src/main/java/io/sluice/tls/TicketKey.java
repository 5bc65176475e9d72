package io.sluice.tls;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

import io.netty.handler.ssl.OpenSslSessionTicketKey;

/// A key of session tickets as BoringSSL takes it: name, HMAC key and AES key of 16 bytes each. Immutable.
final class TicketKey {

    /// The sizes of key files that nginx takes.
    static final int SHORT_FILE = 48;
    static final int LONG_FILE = 80;

    private static final int PART = 16;

    private final OpenSslSessionTicketKey key;

    private TicketKey(byte[] name, byte[] hmac, byte[] aes) {
        this.key = new OpenSslSessionTicketKey(name, hmac, aes);
    }

    static TicketKey random() {
        byte[] file = new byte[SHORT_FILE];
        new SecureRandom().nextBytes(file);
        return of(file);
    }

    /// A key file of 48 bytes is name, AES key, HMAC key as in nginx. From one of 80 bytes, which nginx uses with AES-256, two
    /// keys of BoringSSL's size are derived.
    static TicketKey of(byte[] file) {
        byte[] name = Arrays.copyOf(file, PART);
        if (file.length == SHORT_FILE) {
            return new TicketKey(
                    name, Arrays.copyOfRange(file, 2 * PART, 3 * PART), Arrays.copyOfRange(file, PART, 2 * PART));
        }
        return new TicketKey(name, derived("hmac", file), derived("aes", file));
    }

    OpenSslSessionTicketKey forOpenSsl() {
        return key;
    }

    private static byte[] derived(String use, byte[] file) {
        MessageDigest digest = Digests.sha256();
        digest.update(use.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        return Arrays.copyOf(digest.digest(file), PART);
    }
}
