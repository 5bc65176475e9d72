package io.sluice.variable;

/// Austin Appleby's MurmurHash2 with 32 bits and the seed 0. Immutable.
final class MurmurHash2 {

    private static final int MULTIPLIER = 0x5bd1e995;

    private static final int WORD_BYTES = 4;

    private MurmurHash2() {}

    /// The hash of a text of bytes ([ByteText]).
    static int hash(String byteText) {
        int length = byteText.length();
        int hash = length;
        int at = 0;
        for (; length - at >= WORD_BYTES; at += WORD_BYTES) {
            int word = littleEndian(byteText, at, WORD_BYTES) * MULTIPLIER;
            word ^= word >>> 24;
            hash = (hash * MULTIPLIER) ^ (word * MULTIPLIER);
        }
        if (at < length) {
            hash = (hash ^ littleEndian(byteText, at, length - at)) * MULTIPLIER;
        }
        hash = (hash ^ (hash >>> 13)) * MULTIPLIER;
        return hash ^ (hash >>> 15);
    }

    private static int littleEndian(String byteText, int at, int bytes) {
        int word = 0;
        for (int i = 0; i < bytes; i++) {
            word |= (byteText.charAt(at + i) & 0xff) << (i * Byte.SIZE);
        }
        return word;
    }
}
