package io.sluice.server;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.netty.channel.IoEventLoop;

import io.sluice.metrics.WorkerMetrics;
import io.sluice.session.Outcome;
import io.sluice.transport.ListenSocket;

/// How other threads speak to a worker: each method puts a command on the loop's queue and wakes it. Thread-safe.
///
/// A future completes when the worker has carried the command out.
final class WorkerProxy {

    private final Worker worker;

    private final IoEventLoop eventLoop;

    private final WorkerMetrics metrics;

    WorkerProxy(Worker worker, IoEventLoop eventLoop, WorkerMetrics metrics) {
        this.worker = worker;
        this.eventLoop = eventLoop;
        this.metrics = metrics;
    }

    /// Makes a generation effective.
    CompletableFuture<Void> install(Generation generation, Map<ListenSocket, Worker.Assignment> assigned) {
        return tell(() -> worker.onInstall(generation, assigned));
    }

    /// Stops accepting on some sockets.
    CompletableFuture<Void> release(Set<ListenSocket> released, Set<ListenSocket> closing) {
        return tell(() -> worker.onRelease(released, closing));
    }

    /// Stops accepting; sessions go on.
    CompletableFuture<Void> drain() {
        return tell(worker::onDrain);
    }

    /// Lets go of every socket without closing it, and ends with its last session.
    CompletableFuture<Void> retire() {
        return tell(worker::onRetire);
    }

    /// Ends every session.
    CompletableFuture<Void> closeSessions(Outcome why) {
        return tell(() -> worker.onCloseSessions(why));
    }

    /// Sessions that have not ended.
    CompletableFuture<Integer> sessions() {
        return ask(worker::sessions);
    }

    /// The worker's counters, readable at any time.
    WorkerMetrics metrics() {
        return metrics;
    }

    /// Ends the thread; whatever is open is closed.
    void shutDown() {
        eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    private CompletableFuture<Void> tell(Runnable command) {
        return CompletableFuture.runAsync(command, eventLoop);
    }

    private <T> CompletableFuture<T> ask(Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, eventLoop);
    }
}
