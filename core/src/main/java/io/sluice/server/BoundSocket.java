package io.sluice.server;

import io.sluice.transport.ListenSocket;
import io.sluice.udp.UdpListener;

/// One bound socket, which outlives the workers that watch it and the generations that want it. Immutable.
sealed interface BoundSocket {

    /// The descriptor.
    int fd();

    /// Accepts connections.
    record OfConnections(ListenSocket socket) implements BoundSocket {

        @Override
        public int fd() {
            return socket.fd();
        }
    }

    /// Receives datagrams; has the flows that came to it.
    record OfDatagrams(UdpListener listener) implements BoundSocket {

        @Override
        public int fd() {
            return listener.fd();
        }
    }
}
