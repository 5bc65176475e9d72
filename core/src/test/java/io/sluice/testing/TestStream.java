package io.sluice.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// An endless stream whose every byte is known by its position: one end sends, the other compares. Thread-safe for one
/// sender and one receiver.
///
///     TestStream stream = new TestStream(7);
///     stream.send(socket.getOutputStream(), 1_000_000);        // one thread
///     stream.receive(other.getInputStream(), 1_000_000);       // another
public final class TestStream {

    /// A prime: no buffer's size divides it, so bytes lost, repeated or out of order show.
    private static final int PERIOD = 1_000_003;

    private static final int CHUNK_BYTES = 64 * 1024;

    private static final int PAUSE_NANOS = 100_000;

    private final byte[] bytes = new byte[PERIOD + CHUNK_BYTES];

    private final Random random;

    private final AtomicLong sent = new AtomicLong();

    private final AtomicLong received = new AtomicLong();

    /// A stream of its own for each seed.
    public TestStream(long seed) {
        random = new Random(seed);
        byte[] period = new byte[PERIOD];
        random.nextBytes(period);
        System.arraycopy(period, 0, bytes, 0, PERIOD);
        System.arraycopy(period, 0, bytes, PERIOD, CHUNK_BYTES);
    }

    /// Sends the next bytes.
    public void send(OutputStream out, long length) throws IOException {
        long end = sent.get() + length;
        while (sent.get() < end) {
            sendChunk(out, (int) Math.min(CHUNK_BYTES, end - sent.get()));
        }
    }

    /// Sends the next bytes in pieces of all sizes, with pauses between some.
    public void sendInPieces(OutputStream out, long length) throws IOException {
        long end = sent.get() + length;
        while (sent.get() < end) {
            int size = 1 + random.nextInt(1 << random.nextInt(1, 17));
            sendChunk(out, (int) Math.min(Math.min(size, CHUNK_BYTES), end - sent.get()));
            if (random.nextInt(8) == 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /// Sends until the connection fails.
    public IOException sendUntilFailure(OutputStream out) {
        while (true) {
            try {
                sendChunk(out, CHUNK_BYTES);
            } catch (IOException e) {
                return e;
            }
        }
    }

    private void sendChunk(OutputStream out, int size) throws IOException {
        out.write(bytes, (int) (sent.get() % PERIOD), size);
        sent.addAndGet(size);
    }

    /// Receives the next bytes, exactly as they were sent.
    public void receive(InputStream in, long length) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        long end = received.get() + length;
        while (received.get() < end) {
            int n = in.read(chunk, 0, (int) Math.min(CHUNK_BYTES, end - received.get()));
            if (n < 0) {
                throw new AssertionError("the stream ended after " + received + " bytes, " + end + " expected");
            }
            compare(chunk, n);
        }
    }

    /// Receives until the end of the stream.
    ///
    /// @return bytes received in all
    public long receiveAll(InputStream in) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        int n;
        while ((n = in.read(chunk)) >= 0) {
            compare(chunk, n);
        }
        return received.get();
    }

    private void compare(byte[] chunk, int length) {
        int from = (int) (received.get() % PERIOD);
        int mismatch = Arrays.mismatch(bytes, from, from + length, chunk, 0, length);
        if (mismatch >= 0) {
            throw new AssertionError("wrong byte at " + (received.get() + mismatch));
        }
        received.addAndGet(length);
    }

    /// Bytes given to the sender's socket.
    public long sent() {
        return sent.get();
    }

    /// Bytes received.
    public long received() {
        return received.get();
    }
}
