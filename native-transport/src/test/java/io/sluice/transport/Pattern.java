package io.sluice.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.SplittableRandom;

import static org.assertj.core.api.Assertions.assertThat;

/// A long stream of known bytes, written and checked in pieces of random sizes. Immutable.
///
/// Its period is prime, so that a lost, doubled or swapped piece never fits.
public final class Pattern {

    private static final int PERIOD = 1_048_583;

    private static final byte[] BYTES = new byte[PERIOD];

    static {
        new SplittableRandom(1).nextBytes(BYTES);
    }

    private Pattern() {}

    /// The first bytes of the stream.
    public static byte[] first(int count) {
        byte[] bytes = new byte[count];
        copy(0, bytes, count);
        return bytes;
    }

    private static void copy(long position, byte[] to, int count) {
        for (int done = 0; done < count; ) {
            int from = (int) ((position + done) % PERIOD);
            int part = Math.min(count - done, PERIOD - from);
            System.arraycopy(BYTES, from, to, done, part);
            done += part;
        }
    }

    /// Writes the first `total` bytes.
    public static void write(OutputStream out, long total, int largestPiece, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] piece = new byte[largestPiece];
        for (long position = 0; position < total; ) {
            int count = (int) Math.min(random.nextInt(largestPiece) + 1, total - position);
            copy(position, piece, count);
            out.write(piece, 0, count);
            position += count;
        }
    }

    /// Reads until the end of the stream; fails at the first byte that is not the expected one.
    ///
    /// @return how many bytes came
    public static long check(InputStream in, int largestPiece, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] piece = new byte[largestPiece];
        byte[] expected = new byte[largestPiece];
        long position = 0;
        int count;
        while ((count = in.read(piece, 0, random.nextInt(largestPiece) + 1)) >= 0) {
            copy(position, expected, count);
            assertThat(Arrays.mismatch(piece, 0, count, expected, 0, count))
                    .as("first wrong byte after %d right ones", position)
                    .isEqualTo(-1);
            position += count;
        }
        return position;
    }
}
