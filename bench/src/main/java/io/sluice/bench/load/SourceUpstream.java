package io.sluice.bench.load;

import org.jspecify.annotations.Nullable;

import io.sluice.transport.ListenException;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.NativeMemory;

/// The far end of bulk, as the client asks for it ([BulkRequest]): sends the pattern without end, as fast as it is taken, or
/// takes it and compares every byte, or sends back what it gets. Confined to the load loop.
final class SourceUpstream extends Upstream {

    /// Instead of a count of blocks: what arrived is not what was sent.
    static final long WRONG = -1;

    private static final int SENDS_PER_TURN = 8;

    private long sentBytes;

    SourceUpstream(SocketLoop loop, ListenAddress address) throws ListenException {
        super(loop, address);
    }

    /// How much the kernel has taken of all downloads so far.
    long sentBytes() {
        return sentBytes;
    }

    @Override
    Service newService() {
        return new Source();
    }

    private final class Source extends Service {

        private final BulkRequest request = new BulkRequest();

        private Load.@Nullable Direction direction;

        private long position;

        private long takenBytes;

        /// What comes is of no use any more; the client has been told, and closes.
        private boolean wrong;

        @Override
        public void onBytes(StreamSocket socket, long address, int length) {
            int taken = 0;
            if (!request.isWhole()) {
                taken = request.take(address, length);
                if (!request.isWhole()) {
                    return;
                }
                begin(socket);
            }
            if (taken < length) {
                onStream(socket, address + taken, length - taken);
            }
        }

        private void begin(StreamSocket socket) {
            position = request.position();
            direction = request.direction();
            if (direction == Load.Direction.DOWN) {
                socket.startReadiness();
                socket.yieldReading();
            } else {
                socket.readLimit(SocketLoop.MAX_READ_BYTES);
            }
        }

        private void onStream(StreamSocket socket, long address, int length) {
            if (direction == Load.Direction.UP) {
                take(socket, address, length);
            } else if (direction != Load.Direction.BOTH) {
                end(socket);
            } else if (!socket.send(address, length)) {
                socket.pause();
                socket.awaitWritable();
            }
        }

        private void take(StreamSocket socket, long address, int length) {
            if (wrong) {
                return;
            }
            if (!Pattern.matches(position, address, length)) {
                wrong = true;
                acknowledge(socket, WRONG);
                return;
            }
            position += length;
            long before = takenBytes / BulkRequest.BLOCK_BYTES;
            takenBytes += length;
            long blocks = takenBytes / BulkRequest.BLOCK_BYTES;
            if (blocks > before) {
                acknowledge(socket, blocks);
            }
        }

        private void acknowledge(StreamSocket socket, long blocks) {
            long memory = loop.addressScratch();
            NativeMemory.putLong(memory, blocks);
            socket.send(memory, Long.BYTES);
        }

        /// Another turn of a download, or the end of the connection, which the next send finds out.
        @Override
        public void onReadable(StreamSocket socket) {
            send(socket);
        }

        @Override
        public void onWritable(StreamSocket socket) {
            if (direction == Load.Direction.DOWN) {
                send(socket);
            } else {
                socket.startBytes();
            }
        }

        private void send(StreamSocket socket) {
            for (int i = 0; i < SENDS_PER_TURN; i++) {
                int sent = loop.linux().send(socket.fd(), Pattern.at(position), Pattern.MAX_RUN, 0);
                if (sent > 0) {
                    position += sent;
                    sentBytes += sent;
                } else if (sent != -Errno.EAGAIN) {
                    end(socket);
                    return;
                }
                if (sent < Pattern.MAX_RUN) {
                    socket.awaitWritable();
                    return;
                }
            }
            socket.yieldReading();
        }
    }
}
