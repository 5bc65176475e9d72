package io.sluice.bench.load;

import java.nio.charset.StandardCharsets;

import io.sluice.transport.linux.NativeMemory;

/// Reads the head of a request as far as the load's upstream has to know it: `GET /small/100/01234 HTTP/1.1`, and whether the
/// connection ends with it. Confined to the load loop.
final class RequestHead {

    /// "GET /" comes before it.
    private static final int LETTER = 5;

    /// What ends a head (RFC 9112, section 2.1).
    private static final int END = 0x0d0a0d0a;

    /// As nginx sends it unless it is told not to.
    private static final byte[] CLOSE = "\nconnection: close\r".getBytes(StandardCharsets.US_ASCII);

    private static final int LOWER_CASE = 0x20;

    private final int[] numbers = new int[2];

    private int last;

    private int count;

    private byte letter;

    private boolean inPath = true;

    private int slashes;

    private int matched;

    private boolean closes;

    /// How many of the bytes belong to the head when it ends among them; 0: it does not end yet.
    int find(long bytes, int length) {
        for (int i = 0; i < length; i++) {
            byte one = NativeMemory.getByte(bytes + i);
            last = last << Byte.SIZE | (one & 0xff);
            if (inPath) {
                inPath(one);
            } else {
                inFields(one);
            }
            if (last == END) {
                return i + 1;
            }
        }
        return 0;
    }

    private void inPath(byte one) {
        if (count < LETTER) {
            count++;
        } else if (letter == 0) {
            letter = one;
        } else if (one == '/') {
            slashes++;
        } else if (one == ' ') {
            inPath = false;
        } else if (one >= '0' && one <= '9' && slashes > 0 && slashes <= numbers.length) {
            numbers[slashes - 1] = numbers[slashes - 1] * 10 + one - '0';
        }
    }

    private void inFields(byte one) {
        byte lower = one >= 'A' && one <= 'Z' ? (byte) (one | LOWER_CASE) : one;
        if (lower == CLOSE[matched]) {
            matched++;
            if (matched == CLOSE.length) {
                closes = true;
                matched = 0;
            }
        } else {
            matched = lower == CLOSE[0] ? 1 : 0;
        }
    }

    /// What the path begins with; 0: with nothing.
    byte letter() {
        return letter;
    }

    /// How long the body is to be, of a path that says it.
    int bodyBytes() {
        return numbers[0];
    }

    /// Where in the pattern it begins.
    int position() {
        return numbers[1];
    }

    /// Whether the connection ends with the response.
    boolean closes() {
        return closes;
    }

    /// For the next one.
    void reset() {
        numbers[0] = 0;
        numbers[1] = 0;
        last = 0;
        count = 0;
        letter = 0;
        inPath = true;
        slashes = 0;
        matched = 0;
        closes = false;
    }
}
