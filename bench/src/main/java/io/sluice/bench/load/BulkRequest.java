package io.sluice.bench.load;

import org.jspecify.annotations.Nullable;

import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.NativeMemory;

/// What a client asks the source for: eight bytes, the lowest first. Confined to the load loop.
///
///     bits 0-55    the position in the pattern that the stream begins at
///     bits 56-63   its direction
final class BulkRequest {

    static final int BYTES = Long.BYTES;

    /// An upload is acknowledged in blocks of so many bytes: by the count of those that have arrived as they were sent,
    /// eight bytes, the lowest first.
    static final int BLOCK_BYTES = Pattern.MAX_RUN;

    private static final int DIRECTION_SHIFT = 56;

    private long bits;

    private int received;

    static void send(StreamSocket to, long memory, Load.Direction direction, long position) {
        NativeMemory.putLong(memory, position | code(direction) << DIRECTION_SHIFT);
        to.send(memory, BYTES);
    }

    /// Takes what belongs to the request.
    ///
    /// @return how many bytes that was
    int take(long address, int length) {
        int taken = Math.min(length, BYTES - received);
        for (int i = 0; i < taken; i++) {
            bits |= (NativeMemory.getByte(address + i) & 0xffL) << (received * Byte.SIZE);
            received++;
        }
        return taken;
    }

    boolean isWhole() {
        return received == BYTES;
    }

    long position() {
        return bits & ((1L << DIRECTION_SHIFT) - 1);
    }

    /// Which way it goes; null: the request is none of ours.
    Load.@Nullable Direction direction() {
        for (Load.Direction direction : Load.Direction.values()) {
            if (code(direction) == bits >>> DIRECTION_SHIFT) {
                return direction;
            }
        }
        return null;
    }

    private static long code(Load.Direction direction) {
        return switch (direction) {
            case DOWN -> 0;
            case UP -> 1;
            case BOTH -> 2;
        };
    }
}
