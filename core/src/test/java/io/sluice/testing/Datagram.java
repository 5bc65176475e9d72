package io.sluice.testing;

import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A datagram as it was received. Immutable, but for its bytes, which nobody changes.
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Datagram(InetSocketAddress sender, byte[] bytes) {

    /// The most that UDP carries over IPv4.
    public static final int MAX_BYTES = 65_507;

    /// Room for one that is longer than it may be.
    static final int BUFFER_BYTES = 65_536;

    static Datagram of(DatagramPacket packet) {
        return new Datagram(
                (InetSocketAddress) packet.getSocketAddress(), Arrays.copyOf(packet.getData(), packet.getLength()));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Its bytes as text.
    public String text() {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /// The port it came from.
    public int port() {
        return sender.getPort();
    }

    /// The address and port it came from, as a configuration writes them.
    public String from() {
        return sender.getAddress().getHostAddress() + ":" + sender.getPort();
    }

    @Override
    public String toString() {
        return bytes.length + " bytes from " + from();
    }
}
