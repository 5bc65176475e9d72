package io.sluice.transport;

import java.io.IOException;
import java.util.concurrent.ThreadFactory;

import io.netty.channel.SingleThreadIoEventLoop;

/// A Netty event loop of one thread on one of our transports: Netty runs the thread, its task queue and its shutdown,
/// the [SocketLoop] waits and moves bytes. Thread-safe; what [#sockets] gives is for the thread itself.
///
///     LoopThread thread = LoopThread.create(transport, Thread.ofPlatform().name("worker 0").factory());
///     thread.execute(() -> thread.sockets().watch(listener));     // the first task starts the thread
///     thread.shutdownGracefully(0, 1, SECONDS);                   // closes the sockets that are open
public final class LoopThread extends SingleThreadIoEventLoop {

    private final SocketLoop sockets;

    private LoopThread(SocketLoop sockets, ThreadFactory threads) {
        super(null, threads, _ -> sockets);
        this.sockets = sockets;
    }

    /// Makes a loop whose thread starts with its first task.
    ///
    /// @throws IOException when the kernel refuses, with the call and the reason
    public static LoopThread create(Transport transport, ThreadFactory threads) throws IOException {
        return new LoopThread(transport.newLoop(), threads);
    }

    /// The loop's sockets, for tasks and handlers on its thread.
    public SocketLoop sockets() {
        return sockets;
    }
}
