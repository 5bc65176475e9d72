package io.sluice.bench.load;

import io.sluice.transport.SocketLoop;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.Errno;

import static io.sluice.transport.linux.LinuxConstants.MSG_TRUNC;

/// Asks the source for bytes from a position on, and takes them ([BulkRequest]). Confined to the load loop.
abstract sealed class DownloadClient extends Client {

    private final long first;

    DownloadClient(Connections connections, Target target, long first) {
        super(connections, target);
        this.first = first;
    }

    @Override
    void onConnected(StreamSocket established) {
        ready();
        BulkRequest.send(established, connections.loop().addressScratch(), Load.Direction.DOWN, first);
    }

    /// Compares every byte. Confined to the load loop.
    static final class Verified extends DownloadClient {

        private long position;

        Verified(Connections connections, Target target, long first) {
            super(connections, target, first);
            this.position = first;
        }

        @Override
        void onConnected(StreamSocket established) {
            super.onConnected(established);
            established.readLimit(SocketLoop.MAX_READ_BYTES);
            established.startBytes();
        }

        @Override
        public void onBytes(StreamSocket source, long address, int length) {
            if (!Pattern.matches(position, address, length)) {
                fail("wrong bytes");
                return;
            }
            position += length;
            counters.received(length);
        }
    }

    /// Has the kernel drop the bytes, which costs no copy (tcp(7), MSG_TRUNC). Confined to the load loop.
    static final class Counted extends DownloadClient {

        private static final int DROPPED_AT_ONCE = 4 * 1024 * 1024;

        private static final int DROPS_PER_TURN = 4;

        Counted(Connections connections, Target target, long first) {
            super(connections, target, first);
        }

        @Override
        void onConnected(StreamSocket established) {
            super.onConnected(established);
            established.startReadiness();
        }

        @Override
        public void onReadable(StreamSocket source) {
            for (int i = 0; i < DROPS_PER_TURN; i++) {
                int dropped = connections.loop().linux().recv(source.fd(), 0, DROPPED_AT_ONCE, MSG_TRUNC);
                if (dropped > 0) {
                    counters.received(dropped);
                } else if (dropped == 0) {
                    fail("the proxy closed a connection");
                    return;
                } else if (dropped == -Errno.EAGAIN) {
                    source.awaitReadable();
                    return;
                } else {
                    fail("a connection failed (" + Errno.describe(-dropped) + ")");
                    return;
                }
            }
            source.yieldReading();
        }
    }

    /// Never reads. Confined to the load loop.
    static final class Stalled extends DownloadClient {

        Stalled(Connections connections, Target target, long first) {
            super(connections, target, first);
        }
    }
}
