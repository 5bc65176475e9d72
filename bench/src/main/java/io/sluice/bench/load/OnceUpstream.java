package io.sluice.bench.load;

import io.sluice.transport.ListenException;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.StreamSocket;

/// Sends one message back and closes, first of all parties. Confined to the load loop.
final class OnceUpstream extends Upstream {

    private int messageBytes;

    OnceUpstream(SocketLoop loop) throws ListenException {
        super(loop);
    }

    /// How long the message is from now on.
    void messageBytes(int bytes) {
        messageBytes = bytes;
    }

    @Override
    Service newService() {
        return new OneMessage();
    }

    private final class OneMessage extends Service {

        private int missing = messageBytes;

        @Override
        public void onBytes(StreamSocket socket, long address, int length) {
            missing -= length;
            boolean sent = socket.send(address, length);
            if (missing > 0) {
                return;
            }
            if (sent) {
                end(socket);
            } else {
                socket.awaitWritable();
            }
        }

        @Override
        public void onWritable(StreamSocket socket) {
            if (missing <= 0) {
                end(socket);
            }
        }
    }
}
