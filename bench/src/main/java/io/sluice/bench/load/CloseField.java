package io.sluice.bench.load;

import java.nio.charset.StandardCharsets;

/// Looks for `Connection: close` among the fields of a head, byte by byte. Confined to the load loop.
final class CloseField {

    private static final byte[] FIELD = "\nconnection: close\r".getBytes(StandardCharsets.US_ASCII);

    private static final int LOWER_CASE = 0x20;

    private int matched;

    private boolean seen;

    void take(byte one) {
        byte lower = one >= 'A' && one <= 'Z' ? (byte) (one | LOWER_CASE) : one;
        if (lower != FIELD[matched]) {
            matched = lower == FIELD[0] ? 1 : 0;
            return;
        }
        matched++;
        if (matched == FIELD.length) {
            seen = true;
            matched = 0;
        }
    }

    /// Whether the connection ends with this message.
    boolean isSeen() {
        return seen;
    }

    /// For the next head.
    void reset() {
        matched = 0;
        seen = false;
    }
}
