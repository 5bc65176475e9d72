package io.sluice.bench.generate;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/// Relays the datagrams of one client, and does one thing wrong to one of those that come back. Thread-safe.
final class BadDatagramRelay implements AutoCloseable {

    private static final int MAX_BYTES = 65_535;

    private static final int SPOILED = 20;

    private final DatagramSocket down;

    private final DatagramSocket up;

    private final InetSocketAddress upstream;

    private final Fault fault;

    private volatile SocketAddress client;

    BadDatagramRelay(InetSocketAddress upstream, Fault fault) throws IOException {
        InetAddress local = InetAddress.ofLiteral("127.0.0.1");
        this.down = new DatagramSocket(0, local);
        this.up = new DatagramSocket(0, local);
        this.client = upstream;
        this.upstream = upstream;
        this.fault = fault;
        Thread.ofPlatform().daemon().start(this::relayUp);
        Thread.ofPlatform().daemon().start(this::relayDown);
    }

    String target() {
        return "127.0.0.1:" + down.getLocalPort();
    }

    private void relayUp() {
        DatagramPacket packet = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
        try {
            while (true) {
                packet.setLength(MAX_BYTES);
                down.receive(packet);
                client = packet.getSocketAddress();
                packet.setSocketAddress(upstream);
                up.send(packet);
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    private void relayDown() {
        DatagramPacket packet = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
        try {
            for (int i = 1; ; i++) {
                packet.setLength(MAX_BYTES);
                up.receive(packet);
                packet.setSocketAddress(client);
                if (i == SPOILED) {
                    spoil(packet);
                } else {
                    down.send(packet);
                }
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    private void spoil(DatagramPacket packet) throws IOException {
        switch (fault) {
            case ALTERS -> {
                packet.getData()[packet.getLength() - 1] ^= 1;
                down.send(packet);
            }
            case REPEATS -> {
                down.send(packet);
                down.send(packet);
            }
            case NONE, DROPS, REORDERS, FALLS_SILENT, CLOSES -> {
                // Gone.
            }
        }
    }

    @Override
    public void close() {
        down.close();
        up.close();
    }
}
