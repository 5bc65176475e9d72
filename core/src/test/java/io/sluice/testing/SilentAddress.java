package io.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// A local address that answers no SYN: its queue of connections is full and nobody takes any. Thread-safe.
public final class SilentAddress implements AutoCloseable {

    private static final int ENOUGH = 4;

    private static final int PROBE_MILLIS = 100;

    private final ServerSocket listening;

    private final List<SocketChannel> queued = new ArrayList<>();

    private SilentAddress(ServerSocket listening) {
        this.listening = listening;
    }

    /// Fills the queue.
    public static SilentAddress start() {
        try {
            SilentAddress address = new SilentAddress(new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1")));
            address.fill();
            return address;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void fill() throws IOException {
        InetSocketAddress where = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), listening.getLocalPort());
        for (int i = 0; i < ENOUGH; i++) {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.connect(where);
            queued.add(channel);
        }
        Eventually.await("nobody can connect any more", () -> !connects(where));
    }

    private static boolean connects(InetSocketAddress where) {
        try (Socket probe = new Socket()) {
            probe.connect(where, PROBE_MILLIS);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /// `127.0.0.1:port`, as a configuration writes it.
    public String address() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    @Override
    public void close() {
        try {
            for (SocketChannel channel : queued) {
                channel.close();
            }
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
