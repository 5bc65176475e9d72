package io.sluice.bench.load;

import io.sluice.transport.ListenException;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.NativeMemory;

/// Sends one message back, which says its length ([ChurnClient]), and closes, first of all parties. Confined to the load
/// loop.
final class OnceUpstream extends Upstream {

    OnceUpstream(SocketLoop loop, ListenAddress address) throws ListenException {
        super(loop, address);
    }

    @Override
    Service newService() {
        return new OneMessage();
    }

    private final class OneMessage extends Service {

        private int messageBytes;

        private int received;

        @Override
        public void onBytes(StreamSocket socket, long address, int length) {
            for (int i = 0; i < length && received + i < ChurnClient.HEADER_BYTES; i++) {
                messageBytes |= (NativeMemory.getByte(address + i) & 0xff) << ((received + i) * Byte.SIZE);
            }
            received += length;
            boolean sent = socket.send(address, length);
            if (!isWhole()) {
                return;
            }
            if (sent) {
                end(socket);
            } else {
                socket.awaitWritable();
            }
        }

        private boolean isWhole() {
            return received >= ChurnClient.HEADER_BYTES && received >= messageBytes;
        }

        @Override
        public void onWritable(StreamSocket socket) {
            if (isWhole()) {
                end(socket);
            }
        }
    }
}
