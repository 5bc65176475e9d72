package io.sluice.bench.load;

import org.junit.jupiter.api.Test;

import io.sluice.transport.linux.NativeMemory;

import static org.assertj.core.api.Assertions.assertThat;

class PatternTest {

    private static final int LENGTH = 3 * Pattern.MAX_RUN;

    private static final long POSITION = 123_456_789_012L;

    private final long bytes = NativeMemory.allocateForever(LENGTH, 1);

    PatternTest() {
        for (int i = 0; i < LENGTH; i++) {
            NativeMemory.putByte(bytes + i, NativeMemory.getByte(Pattern.at(POSITION + i)));
        }
    }

    @Test
    void knowsItsOwnBytesHoweverMany() {
        assertThat(Pattern.matches(POSITION, bytes, LENGTH)).isTrue();
        assertThat(Pattern.matches(POSITION + 5, bytes + 5, 1)).isTrue();
        assertThat(Pattern.matches(POSITION, bytes, 0)).isTrue();
    }

    @Test
    void noticesOneAlteredByteAnywhere() {
        for (int at : new int[] {0, 1, Pattern.MAX_RUN - 1, Pattern.MAX_RUN, LENGTH - 1}) {
            byte right = NativeMemory.getByte(bytes + at);
            NativeMemory.putByte(bytes + at, (byte) ~right);
            assertThat(Pattern.matches(POSITION, bytes, LENGTH)).as("byte %d", at).isFalse();
            NativeMemory.putByte(bytes + at, right);
        }
    }

    @Test
    void noticesBytesThatAreLost() {
        for (int lost : new int[] {1, 4096, 16 * 1024, 64 * 1024, 256 * 1024}) {
            assertThat(Pattern.matches(POSITION, bytes + lost, 100)).as("%d bytes lost", lost).isFalse();
        }
    }
}
