package io.sluice.bench.load;

import io.sluice.transport.ListenException;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.NativeMemory;

/// Sends the pattern without end, as fast as it is taken. Confined to the load loop.
final class SourceUpstream extends Upstream {

    private static final int SENDS_PER_TURN = 8;

    private long sentBytes;

    SourceUpstream(SocketLoop loop) throws ListenException {
        super(loop);
    }

    /// How much the kernel has taken of all connections so far.
    long sentBytes() {
        return sentBytes;
    }

    @Override
    Service newService() {
        return new Source();
    }

    private final class Source extends Service {

        private long position;

        private int requestBytes;

        /// The request: the position to begin at, in the order of bytes of this machine.
        @Override
        public void onBytes(StreamSocket socket, long address, int length) {
            for (int i = 0; i < length && requestBytes < DownloadClient.REQUEST_BYTES; i++) {
                position |= (NativeMemory.getByte(address + i) & 0xffL) << (requestBytes * Byte.SIZE);
                requestBytes++;
            }
            if (requestBytes == DownloadClient.REQUEST_BYTES) {
                socket.startReadiness();
                socket.yieldReading();
            }
        }

        /// Another turn, or the end of the connection, which the next send finds out.
        @Override
        public void onReadable(StreamSocket socket) {
            send(socket);
        }

        @Override
        public void onWritable(StreamSocket socket) {
            send(socket);
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
