package io.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/// An upstream server for UDP; one thread receives and answers. Thread-safe.
///
///     try (TestDatagramUpstream upstream = TestDatagramUpstream.silent()) {
///         ...
///         Datagram asked = upstream.next();
///         upstream.send(asked.sender(), "late answer");
///     }
///
/// Each flow of a proxy has a socket of its own, so the senders tell flows apart.
public final class TestDatagramUpstream implements AutoCloseable {

    /// As many are kept until somebody takes them; more are counted only.
    private static final int KEPT = 100_000;

    private static final int RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

    private static final int SECONDS = 20;

    private final Behaviour behaviour;

    private final BlockingQueue<Datagram> received = new LinkedBlockingQueue<>(KEPT);

    private final AtomicInteger count = new AtomicInteger();

    /// Guarded by itself.
    private final Set<InetSocketAddress> senders = new LinkedHashSet<>();

    private final InetSocketAddress address;

    private volatile DatagramChannel channel;

    private volatile Thread receiver;

    private TestDatagramUpstream(InetSocketAddress address, Behaviour behaviour) throws IOException {
        this.behaviour = behaviour;
        this.channel = open(address);
        this.address = (InetSocketAddress) channel.getLocalAddress();
        this.receiver = receiveFrom(channel);
    }

    /// What is done with a datagram.
    @FunctionalInterface
    public interface Behaviour {

        void answer(Datagram datagram, TestDatagramUpstream upstream) throws IOException;
    }

    /// Sends back what comes.
    public static TestDatagramUpstream echo() {
        return start((datagram, upstream) -> upstream.send(datagram.sender(), datagram.bytes()));
    }

    /// Says nothing by itself.
    public static TestDatagramUpstream silent() {
        return start((_, _) -> {});
    }

    /// Answers each datagram with its name.
    public static TestDatagramUpstream named(String name) {
        return start((datagram, upstream) -> upstream.send(datagram.sender(), name));
    }

    /// Sends back each datagram so many times.
    public static TestDatagramUpstream answering(int times) {
        return start((datagram, upstream) -> {
            for (int i = 0; i < times; i++) {
                upstream.send(datagram.sender(), datagram.bytes());
            }
        });
    }

    /// Sends back `port text`: the port that a text came from, which is its flow's as long as the flow lives.
    public static TestDatagramUpstream tellingPort() {
        return start((datagram, upstream) -> upstream.send(datagram.sender(), datagram.port() + " " + datagram.text()));
    }

    /// With a behaviour of the test's, on a port of 127.0.0.1 that the kernel chooses.
    public static TestDatagramUpstream start(Behaviour behaviour) {
        return start(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), behaviour);
    }

    /// At an address of the test's.
    public static TestDatagramUpstream start(InetSocketAddress address, Behaviour behaviour) {
        try {
            return new TestDatagramUpstream(address, behaviour);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DatagramChannel open(InetSocketAddress address) throws IOException {
        DatagramChannel channel = DatagramChannel.open(
                address.getAddress() instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
        return channel.bind(address);
    }

    private Thread receiveFrom(DatagramChannel open) {
        return Thread.ofPlatform().daemon().start(() -> {
            while (open.isOpen()) {
                try {
                    DatagramPacket packet = new DatagramPacket(new byte[Datagram.BUFFER_BYTES], Datagram.BUFFER_BYTES);
                    open.socket().receive(packet);
                    onDatagram(Datagram.of(packet));
                } catch (IOException | UncheckedIOException _) {
                    // Closed: the loop ends. Anything else shows in the test that misses its answer.
                }
            }
        });
    }

    private void onDatagram(Datagram datagram) throws IOException {
        synchronized (senders) {
            senders.add(datagram.sender());
        }
        count.incrementAndGet();
        received.offer(datagram);
        behaviour.answer(datagram, this);
    }

    /// Sends a text.
    public void send(InetSocketAddress to, String text) {
        send(to, Datagram.bytes(text));
    }

    /// Sends a datagram of these bytes.
    public void send(InetSocketAddress to, byte[] bytes) {
        try {
            channel.send(ByteBuffer.wrap(bytes), to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next datagram that was received.
    public Datagram next() {
        try {
            Datagram datagram = received.poll(SECONDS, TimeUnit.SECONDS);
            if (datagram == null) {
                throw new AssertionError("no datagram for " + address + " within " + SECONDS + " s");
            }
            return datagram;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// As [#next()], null: there is none yet.
    public @Nullable Datagram poll() {
        return received.poll();
    }

    /// How many datagrams were received.
    public int received() {
        return count.get();
    }

    /// Waits until so many datagrams were received, and no more.
    public void awaitReceived(int datagrams) {
        Eventually.await(() -> datagrams + " datagrams: " + received(), () -> received() >= datagrams);
        if (received() != datagrams) {
            throw new AssertionError(received() + " datagrams, not " + datagrams);
        }
    }

    /// Who sent, in the order of their first datagrams.
    public List<InetSocketAddress> senders() {
        synchronized (senders) {
            return new ArrayList<>(senders);
        }
    }

    /// `127.0.0.1:port` or `[::1]:port`, as a configuration writes it.
    public String address() {
        String host = address.getAddress().getHostAddress();
        return (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port();
    }

    /// The port.
    public int port() {
        return address.getPort();
    }

    /// Goes away: datagrams are answered by ICMP from now on.
    public void closePort() {
        close();
    }

    /// Comes back at the same address.
    public void reopenPort() {
        try {
            DatagramChannel reopened = open(address);
            channel = reopened;
            receiver = receiveFrom(reopened);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
            // While it is in its system call, the kernel keeps the socket.
            receiver.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
