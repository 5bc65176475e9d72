package io.sluice.bench.load;

import java.nio.charset.StandardCharsets;

import io.sluice.transport.linux.NativeMemory;

/// Reads the head of a response, which may arrive in pieces, for its status, its end, and whether the connection
/// ends with it. Confined to the load loop.
final class ResponseHead {

    /// What ends a head (RFC 9112, section 2.1).
    private static final int END = 0x0d0a0d0a;

    private static final byte[] VERSION = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);

    private static final int STATUS_DIGITS = 3;

    private final int expected;

    private final CloseField close = new CloseField();

    private int last;

    private int count;

    private int status;

    private boolean wrong;

    /// @param expected status
    ResponseHead(int expected) {
        this.expected = expected;
    }

    /// How many of the bytes belong to the head when it ends among them; 0: it does not end yet.
    int find(long bytes, int length) {
        for (int i = 0; i < length; i++) {
            byte one = NativeMemory.getByte(bytes + i);
            last = last << Byte.SIZE | (one & 0xff);
            if (count < VERSION.length + STATUS_DIGITS) {
                inStatusLine(one);
            } else {
                close.take(one);
            }
            if (last == END) {
                return i + 1;
            }
        }
        return 0;
    }

    private void inStatusLine(byte one) {
        if (count < VERSION.length) {
            wrong |= one != VERSION[count];
        } else {
            status = status * 10 + one - '0';
        }
        count++;
        wrong |= count == VERSION.length + STATUS_DIGITS && status != expected;
    }

    /// Whether it is no response with the expected status, as far as it is there.
    boolean isWrong() {
        return wrong;
    }

    /// Whether the connection ends with the response.
    boolean closes() {
        return close.isSeen();
    }

    /// For the next one.
    void reset() {
        last = 0;
        count = 0;
        status = 0;
        wrong = false;
        close.reset();
    }
}
