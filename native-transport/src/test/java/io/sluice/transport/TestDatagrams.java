package io.sluice.transport;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.sluice.transport.linux.NativeMemory;

import static org.assertj.core.api.Assertions.assertThat;

/// A datagram socket that notes what it receives, and answers if asked to. Used on its loop, except what takes from its
/// queues.
final class TestDatagrams extends DatagramSocket {

    /// A message as received: a datagram, or a train of them.
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Message(byte[] bytes, int segmentBytes, boolean truncated, int overflow) {}

    /// What could not be sent.
    record Failure(int errno, int datagrams) {}

    /// What the sockets of a loop share. Confined to the loop.
    static final class Shared {

        final DatagramBatch batch;

        /// With destinations.
        final DatagramQueue answers;

        /// For connected sockets.
        final DatagramQueue upload;

        Shared(SocketLoop sockets) {
            batch = new DatagramBatch(sockets.linux());
            answers = new DatagramQueue(sockets.linux());
            upload = new DatagramQueue(sockets.linux());
        }

        void free() {
            batch.free();
            answers.free();
            upload.free();
        }
    }

    final LinkedBlockingQueue<Message> received = new LinkedBlockingQueue<>();

    final LinkedBlockingQueue<Integer> errors = new LinkedBlockingQueue<>();

    final LinkedBlockingQueue<Failure> failures = new LinkedBlockingQueue<>();

    private final Shared shared;

    private final boolean echo;

    TestDatagrams(int fd, Shared shared, boolean echo) {
        super(fd);
        this.shared = shared;
        this.echo = echo;
    }

    @Override
    protected void onReadable(SocketLoop loop) {
        DatagramBatch batch = shared.batch;
        batch.clear();
        int count = batch.receive(fd(), DatagramBatch.CAPACITY);
        if (count < 0) {
            errors.add(-count);
        }
        for (int i = 0; i < batch.count(); i++) {
            byte[] bytes = bytes(batch.address(i), batch.length(i));
            received.add(new Message(bytes, batch.segmentBytes(i), batch.isTruncated(i), batch.overflow()));
            if (echo) {
                byte[] local = batch.localLength(i) == 0 ? null : bytes(batch.localAddress(i), batch.localLength(i));
                shared.answers.to(bytes(batch.source(i), batch.sourceLength(i)), local);
                shared.answers.add(batch.address(i), batch.length(i), batch.segmentBytes(i));
            }
        }
        flush(shared.answers);
    }

    /// To the remote end of a connected socket: messages from consecutive memory, each a datagram.
    void send(long memory, int... lengths) {
        long address = memory;
        for (int length : lengths) {
            if (shared.upload.isFull()) {
                flush(shared.upload);
            }
            shared.upload.add(address, length, 0);
            address += length;
        }
        flush(shared.upload);
    }

    void sendTrain(long memory, int length, int segmentBytes) {
        shared.upload.add(memory, length, segmentBytes);
        flush(shared.upload);
    }

    /// From an unconnected socket.
    void sendTo(byte[] sockaddr, byte @Nullable [] source, long memory, int length, int segmentBytes) {
        shared.answers.to(sockaddr, source);
        shared.answers.add(memory, length, segmentBytes);
        flush(shared.answers);
    }

    private void flush(DatagramQueue queue) {
        int errno = queue.flush(this);
        int dropped = queue.takeDropped();
        if (errno != 0 || dropped != 0) {
            failures.add(new Failure(errno, dropped));
        }
    }

    private static byte[] bytes(long memory, int length) {
        byte[] bytes = new byte[length];
        NativeMemory.get(memory, bytes, 0, length);
        return bytes;
    }

    /// The next of a queue.
    static <T> T next(LinkedBlockingQueue<T> queue) {
        try {
            T value = queue.poll(TestLoop.DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertThat(value).isNotNull();
            return value;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
