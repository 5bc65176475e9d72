package io.sluice.bench.load;

import io.sluice.transport.ListenException;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.StreamSocket;

/// Sends back what it gets. Confined to the load loop.
final class EchoUpstream extends Upstream {

    private final Service echo = new Service() {
        @Override
        public void onBytes(StreamSocket socket, long address, int length) {
            if (!socket.send(address, length)) {
                socket.pause();
                socket.awaitWritable();
            }
        }

        @Override
        public void onWritable(StreamSocket socket) {
            socket.startBytes();
        }
    };

    EchoUpstream(SocketLoop loop, ListenAddress address) throws ListenException {
        super(loop, address);
    }

    @Override
    Service newService() {
        return echo;
    }
}
