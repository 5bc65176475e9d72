package io.sluice.bench.load;

import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

import io.sluice.transport.linux.NativeMemory;

/// The stream of bytes that both ends know, so that what arrives can be told from what was sent. Immutable.
///
/// Noise that repeats with a prime period: a piece that is lost, doubled or moved by a multiple of a page, a buffer or a
/// pipe is not mistaken for the right one.
final class Pattern {

    /// The largest piece that lies in memory in one run.
    static final int MAX_RUN = 256 * 1024;

    /// After so many bytes the stream begins anew.
    static final int PERIOD = 65_521;

    private static final long SEED = 0x51_1CEL;

    private static final long NOISE = noise();

    private Pattern() {}

    private static long noise() {
        int bytes = PERIOD + MAX_RUN;
        long memory = NativeMemory.allocateForever(bytes, 4096);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < bytes; i++) {
            NativeMemory.putByte(memory + i, i < PERIOD ? (byte) random.nextInt() : NativeMemory.getByte(memory + i - PERIOD));
        }
        return memory;
    }

    /// Where the stream's bytes from `position` on are in memory, [#MAX_RUN] of them.
    static long at(long position) {
        return NOISE + position % PERIOD;
    }

    /// Whether `length` bytes are those of the stream from `position` on.
    static boolean matches(long position, long address, int length) {
        MemorySegment memory = NativeMemory.everything();
        int checked = 0;
        while (checked < length) {
            int run = Math.min(length - checked, MAX_RUN);
            long expected = at(position + checked);
            long actual = address + checked;
            if (MemorySegment.mismatch(memory, expected, expected + run, memory, actual, actual + run) >= 0) {
                return false;
            }
            checked += run;
        }
        return true;
    }
}
