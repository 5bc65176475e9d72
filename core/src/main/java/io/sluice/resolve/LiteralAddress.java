package io.sluice.resolve;

import java.net.InetAddress;
import java.util.Optional;

/// Addresses written as numbers. Immutable.
final class LiteralAddress {

    private LiteralAddress() {}

    /// The address, when `text` is one: `127.0.0.1`, `::1`, `[::1]`, `fe80::1%eth0`.
    static Optional<InetAddress> parse(String text) {
        // Every literal starts with a digit, a hexadecimal digit, a colon or a bracket; most names need no exception.
        if (text.isEmpty() || "0123456789abcdefABCDEF:[".indexOf(text.charAt(0)) < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
