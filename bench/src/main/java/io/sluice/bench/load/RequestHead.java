package io.sluice.bench.load;

import io.sluice.transport.linux.NativeMemory;

/// Reads the head of a request as far as the load's upstream has to know it: `GET /small/100/01234 HTTP/1.1`, and whether the
/// connection ends with it. Confined to the load loop.
final class RequestHead {

    /// "GET /" comes before it.
    private static final int LETTER = 5;

    /// What ends a head (RFC 9112, section 2.1).
    private static final int END = 0x0d0a0d0a;

    private final int[] numbers = new int[2];

    private int last;

    private int count;

    private byte letter;

    private boolean inPath = true;

    private int slashes;

    /// As nginx sends it to upstreams unless it is told not to.
    private final CloseField close = new CloseField();

    /// How many of the bytes belong to the head when it ends among them; 0: it does not end yet.
    int find(long bytes, int length) {
        for (int i = 0; i < length; i++) {
            byte one = NativeMemory.getByte(bytes + i);
            last = last << Byte.SIZE | (one & 0xff);
            if (inPath) {
                inPath(one);
            } else {
                close.take(one);
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
        return close.isSeen();
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
        close.reset();
    }
}
