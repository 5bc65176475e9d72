package io.sluice.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/// A running loop with one listener, for tests. Thread-safe.
///
///     StreamSocket socket = loop.accept(handler, remote -> ...);
public final class TestLoop implements AutoCloseable {

    public static final long DEADLINE_SECONDS = 20;

    public static final int REMOTE_TIMEOUT_MILLIS = 20_000;

    private final LoopThread thread;

    private final SocketLoop sockets;

    private final ListenSocket listener;

    private final SocketAddress address;

    private final LinkedBlockingQueue<Integer> accepted = new LinkedBlockingQueue<>();

    private final LinkedBlockingQueue<Integer> failed = new LinkedBlockingQueue<>();

    /// Whether the thread has ended.
    private boolean stopped;

    /// A loop, or the end of the test with the reason why this system does not offer the transport.
    public static TestLoop assumeAvailable(Transport transport) {
        try {
            assumeThat(TransportReport.probe(TransportReport.AUTO).reason(transport)).isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new TestLoop(transport);
    }

    TestLoop(Transport transport) {
        this(transport, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    TestLoop(Transport transport, SocketAddress listen) {
        try {
            thread = LoopThread.create(
                    transport, Thread.ofPlatform().daemon().name("loop on " + transport.label()).factory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sockets = thread.sockets();
        listener = call(() -> ListenSocket.open(sockets.linux(), listen, ListenOptions.withBacklog(4096), false));
        address = call(() -> listener.localAddress(sockets.linux()));
        listener.handler(new AcceptHandler() {
            @Override
            public void onAccepted(ListenSocket from, int fd, long sockaddr, int length) {
                accepted.add(fd);
            }

            @Override
            public void onAcceptFailed(ListenSocket from, int errno) {
                failed.add(errno);
            }
        });
        assertThat(call(() -> sockets.watch(listener))).isZero();
    }

    public SocketLoop sockets() {
        return sockets;
    }

    public LoopThread thread() {
        return thread;
    }

    public ListenSocket listener() {
        return listener;
    }

    public SocketAddress address() {
        return address;
    }

    /// Runs on the loop and hands back what it gives.
    public <T> T call(Callable<T> task) {
        try {
            return thread.submit(task).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("a task on the loop failed", e);
        }
    }

    /// Runs on the loop and waits for the end.
    public void run(Runnable task) {
        call(() -> {
            task.run();
            return true;
        });
    }

    /// Lets the loop make a few turns, so that whatever is ready has been delivered.
    public void turns(int count) {
        for (int i = 0; i < count; i++) {
            run(() -> {});
        }
    }

    /// The next descriptor that the listener accepted.
    public int nextAccepted() {
        return next(accepted);
    }

    /// The next error number that accepting failed with.
    public int nextAcceptFailure() {
        return next(failed);
    }

    private static int next(LinkedBlockingQueue<Integer> queue) {
        try {
            Integer value = queue.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertThat(value).isNotNull();
            return value;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// A remote end, connected to the listener.
    public Socket dial() {
        try {
            Socket remote = new Socket();
            remote.setTcpNoDelay(true);
            remote.setSoTimeout(REMOTE_TIMEOUT_MILLIS);
            remote.connect(address);
            return remote;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The loop's end of the next connection, paused.
    public StreamSocket adopt(StreamHandler handler) {
        int fd = nextAccepted();
        return call(() -> {
            StreamSocket socket = sockets.adopt(fd);
            assertThat(socket).isNotNull();
            socket.handler(handler);
            return socket;
        });
    }

    /// Begins to connect to an address.
    public StreamSocket connect(SocketAddress to, StreamHandler handler) {
        return call(() -> {
            int fd = sockets.newStreamSocket(SocketAddresses.family(to));
            long memory = NativeMemory.allocateForever(SocketAddresses.MAX_BYTES, 16);
            StreamSocket socket = sockets.connect(fd, handler, memory, SocketAddresses.put(memory, to));
            assertThat(socket).isNotNull();
            return socket;
        });
    }

    /// Ends the loop and its sockets.
    public void stop() {
        if (!stopped) {
            stopped = true;
            assertThat(thread.shutdownGracefully(0, DEADLINE_SECONDS, TimeUnit.SECONDS)
                            .awaitUninterruptibly(DEADLINE_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
        }
    }

    @Override
    public void close() {
        if (!stopped) {
            run(() -> {
                sockets.unwatch(listener);
                listener.close(sockets.linux());
            });
            stop();
        }
    }
}
