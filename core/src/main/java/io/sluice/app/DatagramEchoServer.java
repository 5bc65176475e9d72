package io.sluice.app;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;

/// Sends datagrams back, on a loopback port: the demo's upstream for UDP. Thread-safe.
final class DatagramEchoServer implements AutoCloseable {

    private static final int LARGEST_BYTES = 65_507;

    private final DatagramSocket socket;

    private DatagramEchoServer(DatagramSocket socket) {
        this.socket = socket;
    }

    /// Serves on a free port.
    static DatagramEchoServer start() throws IOException {
        DatagramEchoServer server = new DatagramEchoServer(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
        Thread.ofPlatform().name("datagram-echo").daemon().start(server::echoAll);
        return server;
    }

    int port() {
        return socket.getLocalPort();
    }

    private void echoAll() {
        byte[] buffer = new byte[LARGEST_BYTES];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                socket.send(packet);
            }
        } catch (IOException _) {
            // closed
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
