package io.sluice.bench.load;

import io.sluice.transport.linux.NativeMemory;

/// The frames of WebSocket (RFC 6455, section 5.2), as far as a load needs them: one binary frame for each message.
/// Immutable.
///
///     byte 0       FIN, opcode
///     byte 1       MASK, length, or 126 and two bytes, or 127 and eight bytes of it
///     4 bytes      the mask, from clients only
final class WebSocketFrames {

    static final int MAX_HEADER_BYTES = 14;

    private static final int MASK_BYTES = 4;

    private static final byte FINAL_BINARY = (byte) 0x82;

    private static final int MASKED = 0x80;

    private static final int LENGTH = 0x7f;

    private static final int TWO_BYTES = 126;

    private static final int EIGHT_BYTES = 127;

    private static final int MAX_TWO_BYTES = 0xffff;

    private WebSocketFrames() {}

    /// Puts the header of a frame that an upstream sends.
    ///
    /// @return its length
    static int putHeader(long memory, long payloadBytes) {
        return putHeader(memory, payloadBytes, 0);
    }

    /// Puts the header of a frame that a client sends.
    ///
    /// @return its length
    static int putMaskedHeader(long memory, long payloadBytes, int mask) {
        int length = putHeader(memory, payloadBytes, MASKED);
        NativeMemory.putInt(memory + length, mask);
        return length + MASK_BYTES;
    }

    private static int putHeader(long memory, long payloadBytes, int masked) {
        NativeMemory.putByte(memory, FINAL_BINARY);
        if (payloadBytes < TWO_BYTES) {
            NativeMemory.putByte(memory + 1, (byte) (masked | payloadBytes));
            return 2;
        }
        int bytes = payloadBytes <= MAX_TWO_BYTES ? 2 : Long.BYTES;
        NativeMemory.putByte(memory + 1, (byte) (masked | (bytes == 2 ? TWO_BYTES : EIGHT_BYTES)));
        for (int i = 0; i < bytes; i++) {
            NativeMemory.putByte(memory + 2 + i, (byte) (payloadBytes >>> ((bytes - 1 - i) * Byte.SIZE)));
        }
        return 2 + bytes;
    }

    /// Masks or unmasks, from one place to another.
    ///
    /// @param mask as it lies in memory
    /// @param at how much of the payload came before
    static void mask(long from, long to, long length, int mask, long at) {
        int turned = Integer.rotateRight(mask, (int) (at % MASK_BYTES) * Byte.SIZE);
        long twice = (turned & 0xffff_ffffL) << Integer.SIZE | (turned & 0xffff_ffffL);
        long i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            NativeMemory.putLong(to + i, NativeMemory.getLong(from + i) ^ twice);
        }
        for (; i < length; i++) {
            byte part = (byte) (turned >>> ((int) (i % MASK_BYTES) * Byte.SIZE));
            NativeMemory.putByte(to + i, (byte) (NativeMemory.getByte(from + i) ^ part));
        }
    }

    /// Reads a header that may arrive in pieces. Confined to the load loop.
    static final class Header {

        private int received;

        private int headerBytes = 2;

        private long payloadBytes;

        private boolean masked;

        private int mask;

        private boolean wrong;

        /// Takes what belongs to the header.
        ///
        /// @return how many bytes that was
        int take(long address, int length) {
            int taken = 0;
            while (taken < length && received < headerBytes) {
                take(NativeMemory.getByte(address + taken) & 0xff);
                taken++;
            }
            return taken;
        }

        private void take(int one) {
            if (received == 0) {
                wrong = (byte) one != FINAL_BINARY;
            } else if (received == 1) {
                masked = (one & MASKED) != 0;
                int length = one & LENGTH;
                payloadBytes = length < TWO_BYTES ? length : 0;
                headerBytes = 2 + (length < TWO_BYTES ? 0 : length == TWO_BYTES ? 2 : Long.BYTES) + (masked ? MASK_BYTES : 0);
            } else if (masked && received >= headerBytes - MASK_BYTES) {
                mask |= one << ((received - headerBytes + MASK_BYTES) * Byte.SIZE);
            } else {
                payloadBytes = payloadBytes << Byte.SIZE | one;
            }
            received++;
        }

        boolean isWhole() {
            return received == headerBytes;
        }

        /// Anything but one binary frame that is the whole message.
        boolean isWrong() {
            return wrong;
        }

        boolean isMasked() {
            return masked;
        }

        int mask() {
            return mask;
        }

        long payloadBytes() {
            return payloadBytes;
        }

        /// For the next one.
        void reset() {
            received = 0;
            headerBytes = 2;
            payloadBytes = 0;
            masked = false;
            mask = 0;
        }
    }
}
