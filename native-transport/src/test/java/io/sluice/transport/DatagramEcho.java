package io.sluice.transport;

import io.sluice.transport.linux.NativeMemory;

/// Returns datagrams, without allocating: bound to the last sender that it heard of, connected to its remote end, where it
/// counts round trips. Confined to its loop.
final class DatagramEcho extends DatagramSocket {

    private static final int DATAGRAM_BYTES = 100;

    private final TestDatagrams.Shared shared;

    private final byte[] source = new byte[16];

    private Runnable over = () -> {};

    private boolean connected;

    private int left;

    DatagramEcho(int fd, TestDatagrams.Shared shared) {
        super(fd);
        this.shared = shared;
    }

    /// Lets one datagram go to and fro.
    void begin(int roundTrips, long memory, Runnable whenOver) {
        connected = true;
        left = roundTrips;
        over = whenOver;
        shared.upload.add(memory, DATAGRAM_BYTES, 0);
        shared.upload.flush(this);
    }

    @Override
    protected void onReadable(SocketLoop loop) {
        DatagramBatch batch = shared.batch;
        batch.clear();
        if (batch.receive(fd(), connected ? 1 : DatagramBatch.CAPACITY) <= 0) {
            return;
        }
        if (connected && --left == 0) {
            over.run();
            return;
        }
        DatagramQueue queue = connected ? shared.upload : shared.answers;
        if (!connected) {
            NativeMemory.get(batch.source(0), source, 0, batch.sourceLength(0));
            queue.to(source, null);
        }
        queue.add(batch.address(0), batch.length(0), batch.segmentBytes(0));
        queue.flush(this);
    }
}
