package io.sluice.config.model;

import java.util.Optional;

/// A number of bytes. Immutable.
public record ByteSize(long bytes) {

    /// Zero bytes.
    public static final ByteSize ZERO = new ByteSize(0);

    /// Reads nginx's size notation: digits and an optional `k K m M`; empty when the text is none, or exceeds a long.
    public static Optional<ByteSize> parse(String text) {
        return parse(text, "kKmM");
    }

    /// As [#parse], with `g G` too: nginx's offset type.
    public static Optional<ByteSize> parseOffset(String text) {
        return parse(text, "kKmMgG");
    }

    private static Optional<ByteSize> parse(String text, String units) {
        int digits = text.length();
        int shift = 0;
        if (digits > 0 && units.indexOf(text.charAt(digits - 1)) >= 0) {
            digits--;
            shift = switch (text.charAt(digits)) {
                case 'k', 'K' -> 10;
                case 'm', 'M' -> 20;
                default -> 30;
            };
        }
        if (digits == 0) {
            return Optional.empty();
        }
        long value = 0;
        for (int i = 0; i < digits; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                return Optional.empty();
            }
            value = value * 10 + digit;
        }
        return value > Long.MAX_VALUE >> shift ? Optional.empty() : Optional.of(new ByteSize(value << shift));
    }

    @Override
    public String toString() {
        if (bytes != 0 && bytes % (1 << 20) == 0) {
            return (bytes >> 20) + "m";
        }
        return bytes != 0 && bytes % (1 << 10) == 0 ? (bytes >> 10) + "k" : Long.toString(bytes);
    }
}
