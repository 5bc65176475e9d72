package io.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import static io.sluice.transport.linux.LinuxConstants.IPPROTO_UDP;
import static io.sluice.transport.linux.LinuxConstants.UDP_SEGMENT;

/// A client of UDP: one socket, at an address of the test's if it likes. Confined to one thread: the test's.
///
///     try (UdpClient client = UdpClient.from("127.0.0.7", proxy.address())) {
///         assertThat(client.exchange("hello")).isEqualTo("hello");
///         assertThat(client.poll()).isNull();
///     }
///
/// The socket is not connected, so that it receives what comes from a wrong address too, which fails the test. On the
/// loopback interface a datagram is in the receiver's buffer when its sending returns: what [#poll] does not find when the
/// proxy has logged the flow's end never comes.
public final class UdpClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 20_000;

    private static final int RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

    private final DatagramChannel channel;

    private final InetSocketAddress server;

    private UdpClient(DatagramChannel channel, InetSocketAddress server) {
        this.channel = channel;
        this.server = server;
    }

    /// At an address and port that the system chooses.
    public static UdpClient to(InetSocketAddress server) {
        return open(null, server);
    }

    /// At an address of this host: any of 127.0.0.0/8.
    public static UdpClient from(String host, InetSocketAddress server) {
        return from(host, 0, server);
    }

    /// At an address and port of this host.
    public static UdpClient from(String host, int port, InetSocketAddress server) {
        return open(new InetSocketAddress(InetAddress.ofLiteral(host), port), server);
    }

    private static UdpClient open(@Nullable InetSocketAddress local, InetSocketAddress server) {
        try {
            DatagramChannel channel = DatagramChannel.open(family(server));
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
            channel.bind(local);
            return new UdpClient(channel, server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static StandardProtocolFamily family(InetSocketAddress address) {
        return address.getAddress() instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    }

    /// Whether a datagram to an address is answered by ICMP: nobody has the port.
    public static boolean isRefused(InetSocketAddress address) {
        try (DatagramChannel channel = DatagramChannel.open(family(address))) {
            channel.connect(address);
            channel.write(ByteBuffer.allocate(1));
            channel.configureBlocking(false);
            channel.read(ByteBuffer.allocate(1));
            return false;
        } catch (PortUnreachableException _) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The same socket, speaking to another address. Closing either closes both.
    public UdpClient towards(InetSocketAddress other) {
        return new UdpClient(channel, other);
    }

    /// Sends a text.
    public void send(String text) {
        send(Datagram.bytes(text));
    }

    /// Sends a datagram of these bytes.
    public void send(byte[] bytes) {
        try {
            int sent = channel.send(ByteBuffer.wrap(bytes), server);
            if (sent != bytes.length) {
                throw new AssertionError("sent " + sent + " of " + bytes.length + " bytes");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Sends datagrams of so many bytes each, the last may be shorter, in one call: the kernel cuts them apart as late as it
    /// can (UDP_SEGMENT, udp(7)).
    public void sendTrain(byte[] bytes, int segmentBytes) {
        try {
            ProcessSockets.setDatagramOption(port(), IPPROTO_UDP, UDP_SEGMENT, segmentBytes);
            send(bytes);
            ProcessSockets.setDatagramOption(port(), IPPROTO_UDP, UDP_SEGMENT, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next datagram.
    public Datagram receive() {
        Datagram received = receiveWithin(TIMEOUT_MILLIS);
        if (received == null) {
            throw new AssertionError("no datagram from " + server + " within " + TIMEOUT_MILLIS + " ms");
        }
        return received;
    }

    /// The next datagram, for a client that sends again when there is none; null: none has come in time.
    public @Nullable Datagram receiveWithin(int millis) {
        DatagramPacket packet = new DatagramPacket(new byte[Datagram.BUFFER_BYTES], Datagram.BUFFER_BYTES);
        try {
            channel.socket().setSoTimeout(millis);
            channel.socket().receive(packet);
        } catch (SocketTimeoutException _) {
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return expected(Datagram.of(packet));
    }

    /// The next datagram if it is here already; null: there is none.
    public @Nullable Datagram poll() {
        ByteBuffer buffer = ByteBuffer.allocate(Datagram.BUFFER_BYTES);
        try {
            channel.configureBlocking(false);
            InetSocketAddress sender = (InetSocketAddress) channel.receive(buffer);
            channel.configureBlocking(true);
            return sender == null ? null : expected(new Datagram(sender, Arrays.copyOf(buffer.array(), buffer.position())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Datagram expected(Datagram received) {
        if (!received.sender().equals(server)) {
            throw new AssertionError("asked " + server + " and got " + received);
        }
        return received;
    }

    /// Sends a text and waits for the next datagram.
    public String exchange(String text) {
        send(text);
        return receive().text();
    }

    /// The port it sends from.
    public int port() {
        return local().getPort();
    }

    /// The address it sends from.
    public InetSocketAddress local() {
        try {
            return (InetSocketAddress) channel.getLocalAddress();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
