package io.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// A UDP client with a socket of its own, connected, so that it takes answers from the address it sends to only. Used by one
/// thread at a time.
///
///     try (DatagramClient client = DatagramClient.to(proxy.address())) {
///         assertThat(client.exchange("x")).isEqualTo("x");
///     }
public final class DatagramClient implements AutoCloseable {

    private static final int DEADLINE_MILLIS = 10_000;

    private final DatagramSocket socket;

    private final byte[] buffer = new byte[65_535];

    private DatagramClient(DatagramSocket socket) {
        this.socket = socket;
    }

    /// A client of this address.
    public static DatagramClient to(InetSocketAddress address) {
        return to(address, new InetSocketAddress(0));
    }

    /// A client of this address that sends from another one.
    public static DatagramClient to(InetSocketAddress address, InetSocketAddress from) {
        try {
            DatagramSocket socket = new DatagramSocket(from);
            socket.setSendBufferSize(1 << 20);
            socket.setReceiveBufferSize(1 << 20);
            socket.connect(address);
            return new DatagramClient(socket);
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A client on a loopback address of its own.
    public static DatagramClient from(String host, InetSocketAddress address) {
        return to(address, new InetSocketAddress(InetAddress.ofLiteral(host), 0));
    }

    /// The port it sends from.
    public int port() {
        return socket.getLocalPort();
    }

    /// Sends a datagram.
    public void send(String text) {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Sends a datagram.
    public void send(byte[] bytes) {
        try {
            socket.send(new DatagramPacket(bytes, bytes.length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Waits for the next datagram.
    public byte[] receive() {
        return receive(DEADLINE_MILLIS).orElseThrow(() -> new AssertionError("no answer within "
                + DEADLINE_MILLIS + " ms from " + socket.getRemoteSocketAddress()));
    }

    /// The next datagram if it comes in time.
    public Optional<byte[]> receive(int millis) {
        try {
            socket.setSoTimeout(millis);
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            socket.receive(packet);
            return Optional.of(Arrays.copyOf(buffer, packet.getLength()));
        } catch (SocketTimeoutException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sends a datagram and waits for the next one.
    public String exchange(String text) {
        send(text);
        return new String(receive(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        socket.close();
    }
}
