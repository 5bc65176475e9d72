package io.sluice.bench.load;

import java.util.OptionalInt;

import io.sluice.transport.DatagramBatch;
import io.sluice.transport.DatagramOptions;
import io.sluice.transport.DatagramSocket;
import io.sluice.transport.ListenException;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.SocketAddresses;

/// A UDP socket of the load: receives in batches, sends in bursts. Confined to the load loop.
///
/// A datagram that the load itself loses, because it is too slow or its receive buffer too small, must not be held against
/// a proxy: it fails the run.
abstract class LoadDatagramSocket extends DatagramSocket {

    private static final int BATCHES_PER_TURN = 4;

    private static final DatagramOptions OPTIONS =
            new DatagramOptions(OptionalInt.empty(), OptionalInt.empty(), true, true);

    final SocketLoop loop;

    final LoadCounters counters;

    final DatagramBurst burst;

    private final DatagramBatch batch;

    private int overflow;

    LoadDatagramSocket(SocketLoop loop, LoadCounters counters, ListenAddress address) throws ListenException {
        super(bindDescriptor(loop.linux(), address.address(), OPTIONS, address.joins()));
        this.loop = loop;
        this.counters = counters;
        this.batch = new DatagramBatch(loop.linux());
        this.burst = new DatagramBurst(loop.linux());
    }

    /// Begins to receive.
    final void watch() {
        int watched = loop.watch(this);
        if (watched < 0) {
            throw new IllegalStateException("a loop cannot watch a socket (" + Errno.describe(-watched) + ")");
        }
    }

    final int port() {
        long sockaddr = loop.addressScratch();
        int length = loop.linux().socketName(fd(), sockaddr, SocketAddresses.MAX_BYTES);
        if (length < 0) {
            throw new IllegalStateException("getsockname() failed (" + Errno.describe(-length) + ")");
        }
        return SocketAddresses.port(sockaddr);
    }

    final void close() {
        loop.unwatch(this);
        loop.linux().close(fd());
        batch.free();
    }

    /// Takes a message, which may be a train; it is gone when this batch has been taken.
    abstract void onMessage(DatagramBatch batch, int message, long nowNanos);

    @Override
    protected final void onReadable(SocketLoop from) {
        int received = DatagramBatch.CAPACITY;
        for (int i = 0; i < BATCHES_PER_TURN && received == DatagramBatch.CAPACITY; i++) {
            batch.clear();
            received = batch.receive(fd(), DatagramBatch.CAPACITY);
            long now = System.nanoTime();
            for (int message = 0; message < received; message++) {
                onMessage(batch, message, now);
            }
            flush();
        }
        if (batch.overflow() != overflow) {
            overflow = batch.overflow();
            counters.failed("the load itself lost datagrams");
        }
        if (received < 0 && received != -Errno.EAGAIN) {
            counters.failed("recvmmsg() failed (" + Errno.describe(-received) + ")");
        }
    }

    /// Sends what was added to the burst.
    final void flush() {
        if (burst.count() > 0 && !burst.send(fd())) {
            counters.failed("sendmmsg() failed (" + Errno.describe(burst.errno()) + ")");
        }
    }
}
