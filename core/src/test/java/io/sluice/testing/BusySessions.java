package io.sluice.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Clients that talk without pause to an echoing upstream by way of a proxy, and look at every byte that comes back.
/// Thread-safe.
///
///     try (BusySessions sessions = new BusySessions(proxy::address)) {
///         sessions.smallMessages(150);
///         sessions.bulk(50);
///         sessions.newConnections(2);
///         ... reload ...
///         sessions.finish();          // all end in order
///         assertThat(sessions.failures()).isEmpty();
///     }
public final class BusySessions implements AutoCloseable {

    private static final int READ_TIMEOUT_MILLIS = 20_000;

    private static final int SMALL_BYTES = 200;

    private static final int CHUNK_BYTES = 64 * 1024;

    /// How much of a bulk stream is under way at most: less than the sockets on the way hold, since a client that cannot
    /// write does not read either.
    private static final int WINDOW_CHUNKS = 2;

    private final Supplier<InetSocketAddress> address;

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();

    private final AtomicInteger running = new AtomicInteger();

    private final AtomicInteger connections = new AtomicInteger();

    private final AtomicLong verifiedBytes = new AtomicLong();

    private volatile boolean finishing;

    /// @param address of the proxy, asked for each connection
    public BusySessions(Supplier<InetSocketAddress> address) {
        this.address = address;
    }

    /// What one client does with its connection until it is told to finish.
    private interface Conversation {

        void talk(Socket socket) throws IOException;
    }

    /// Clients that send a message, and the next when it has come back.
    public void smallMessages(int clients) {
        start(clients, this::sendMessages);
    }

    /// Clients that send 64 KiB ahead of what has come back.
    public void bulk(int clients) {
        start(clients, this::stream);
    }

    /// Clients that connect, exchange one message and close, again and again.
    public void newConnections(int clients) {
        for (int i = 0; i < clients; i++) {
            spawn(() -> {
                while (!finishing) {
                    try (Socket socket = connect()) {
                        exchange(socket, SMALL_BYTES);
                        connections.incrementAndGet();
                    }
                }
            });
        }
    }

    private void start(int clients, Conversation conversation) {
        for (int i = 0; i < clients; i++) {
            spawn(() -> {
                try (Socket socket = connect()) {
                    conversation.talk(socket);
                    socket.shutdownOutput();
                    if (socket.getInputStream().read() != -1) {
                        throw new IOException("bytes after the end");
                    }
                }
            });
        }
    }

    private interface Client {

        void run() throws IOException;
    }

    private void spawn(Client client) {
        running.incrementAndGet();
        Thread.ofVirtual().start(() -> {
            try {
                client.run();
            } catch (IOException | RuntimeException e) {
                failures.add(e.toString());
            } finally {
                running.decrementAndGet();
            }
        });
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
        socket.connect(address.get(), READ_TIMEOUT_MILLIS);
        return socket;
    }

    private void sendMessages(Socket socket) throws IOException {
        while (!finishing) {
            exchange(socket, 1 + ThreadLocalRandom.current().nextInt(2 * SMALL_BYTES));
        }
    }

    private void exchange(Socket socket, int length) throws IOException {
        byte[] sent = new byte[length];
        ThreadLocalRandom.current().nextBytes(sent);
        socket.getOutputStream().write(sent);
        verify(socket.getInputStream(), sent);
    }

    private void stream(Socket socket) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        ThreadLocalRandom.current().nextBytes(chunk);
        OutputStream out = socket.getOutputStream();
        InputStream in = socket.getInputStream();
        long number = 0;
        long verified = 0;
        while (!finishing || verified < number) {
            if (!finishing && number - verified < WINDOW_CHUNKS) {
                out.write(stamped(chunk, number++));
            } else {
                verify(in, stamped(chunk, verified++));
            }
        }
    }

    /// Every chunk differs, so that one that is lost or comes twice is noticed.
    private static byte[] stamped(byte[] chunk, long number) {
        for (int i = 0; i < Long.BYTES; i++) {
            chunk[i] = (byte) (number >>> (i * Byte.SIZE));
        }
        return chunk;
    }

    private void verify(InputStream in, byte[] expected) throws IOException {
        byte[] received = in.readNBytes(expected.length);
        if (!Arrays.equals(received, expected)) {
            throw new IOException("received " + received.length + " bytes, not the " + expected.length + " expected");
        }
        verifiedBytes.addAndGet(received.length);
        LockSupport.parkNanos(1); // a virtual thread whose socket is always ready would keep its carrier from all others
    }

    /// What went wrong so far.
    public Iterable<String> failures() {
        return failures;
    }

    /// Bytes that came back and were right.
    public long verifiedBytes() {
        return verifiedBytes.get();
    }

    /// Connections of [#newConnections] that were served.
    public int connections() {
        return connections.get();
    }

    /// Lets all clients end in order, and waits for them.
    public void finish() {
        finishing = true;
        Eventually.await(() -> running.get() + " clients still run", () -> running.get() == 0);
    }

    @Override
    public void close() {
        finishing = true;
    }
}
