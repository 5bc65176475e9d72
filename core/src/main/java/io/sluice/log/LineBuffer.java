package io.sluice.log;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.sluice.variable.ByteText;

/// Bytes of a line in the making. Confined to whoever holds the lock of [Logs].
final class LineBuffer {

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = new byte[1024];

    private int length;

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    /// Cuts the line; longer ones only.
    void truncate(int limit) {
        length = Math.min(length, limit);
    }

    LineBuffer append(int value) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, length * 2);
        }
        bytes[length++] = (byte) value;
        return this;
    }

    /// Appends bytes as they are ([ByteText]).
    LineBuffer append(String byteText) {
        for (int i = 0; i < byteText.length(); i++) {
            append(byteText.charAt(i));
        }
        return this;
    }

    /// Appends text in UTF-8, with control characters as `\xXX`, so that a message is always one line.
    LineBuffer appendMessage(String text) {
        String encoded = ByteText.of(text);
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c < ' ' || c == 0x7F) {
                appendHex(c);
            } else {
                append(c);
            }
        }
        return this;
    }

    /// Appends one byte as `\xXX`.
    LineBuffer appendHex(char value) {
        return append('\\').append('x').append(HEX[value >> 4 & 0xF]).append(HEX[value & 0xF]);
    }

    LineBuffer append(byte[] source, int count) {
        while (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        System.arraycopy(source, 0, bytes, length, count);
        length += count;
        return this;
    }
}
