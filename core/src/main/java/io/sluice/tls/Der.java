package io.sluice.tls;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/// The little of DER that private keys need: to read one element after the other, and to put elements together. Confined to
/// the call that made it.
final class Der {

    static final int INTEGER = 0x02;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int SEQUENCE = 0x30;

    private final byte[] bytes;

    private int position;

    Der(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean atEnd() {
        return position >= bytes.length;
    }

    int tag() {
        require(1);
        return bytes[position] & 0xff;
    }

    /// The content of the next element, which must have this tag.
    byte[] content(int tag) {
        if (tag() != tag) {
            throw new IllegalArgumentException("wrong tag");
        }
        position++;
        int length = length();
        require(length);
        position += length;
        return Arrays.copyOfRange(bytes, position - length, position);
    }

    /// An element.
    static byte[] element(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            int octets = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
            out.write(0x80 | octets);
            for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
                out.write(length >>> shift);
            }
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private int length() {
        require(1);
        int first = bytes[position++] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int octets = first & 0x7f;
        if (octets == 0 || octets > 3) {
            throw new IllegalArgumentException("header too long");
        }
        require(octets);
        int length = 0;
        for (int i = 0; i < octets; i++) {
            length = (length << 8) | (bytes[position++] & 0xff);
        }
        return length;
    }

    private void require(int count) {
        if (count > bytes.length - position) {
            throw new IllegalArgumentException("too long");
        }
    }
}
