package io.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A UDP upstream on a loopback port that answers each datagram with so many like it, and remembers who sent. Thread-safe.
public final class DatagramEcho implements AutoCloseable {

    private final DatagramSocket socket;

    private final int answers;

    private final List<SocketAddress> senders = new CopyOnWriteArrayList<>();

    private final List<String> texts = new CopyOnWriteArrayList<>();

    private DatagramEcho(DatagramSocket socket, int answers) {
        this.socket = socket;
        this.answers = answers;
    }

    /// Sends everything back once, on a free port.
    public static DatagramEcho start() {
        return start(0, 1);
    }

    /// Sends everything back once.
    public static DatagramEcho start(int port) {
        return start(port, 1);
    }

    /// Answers each datagram `answers` times; 0: never.
    public static DatagramEcho start(int port, int answers) {
        try {
            DatagramSocket socket = new DatagramSocket(port, InetAddress.getLoopbackAddress());
            socket.setReceiveBufferSize(1 << 20);
            DatagramEcho echo = new DatagramEcho(socket, answers);
            Thread.ofPlatform().daemon().name("datagram-echo").start(echo::run);
            return echo;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run() {
        byte[] buffer = new byte[65_535];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                senders.add(packet.getSocketAddress());
                texts.add(new String(buffer, 0, Math.min(64, packet.getLength()), StandardCharsets.UTF_8));
                for (int i = 0; i < answers; i++) {
                    socket.send(packet);
                }
            }
        } catch (IOException _) {
            // closed
        }
    }

    /// `127.0.0.1:port`.
    public String address() {
        return "127.0.0.1:" + port();
    }

    /// The port.
    public int port() {
        return socket.getLocalPort();
    }

    /// Who has sent, datagram by datagram.
    public List<SocketAddress> senders() {
        return List.copyOf(senders);
    }

    /// The beginnings of the datagrams.
    public List<String> texts() {
        return List.copyOf(texts);
    }

    @Override
    public void close() {
        socket.close();
    }
}
