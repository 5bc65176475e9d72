package io.sluice.server;

import java.util.BitSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.netty.channel.IoEventLoop;

import io.sluice.metrics.WorkerMetrics;
import io.sluice.session.Outcome;

/// How other threads speak to a worker: each method puts a command on the loop's queue and wakes it. Thread-safe.
///
/// A future completes when the worker has carried the command out, or has ended and has nothing to carry out.
final class WorkerProxy {

    /// A loop ends as soon as its queue is empty; nothing but a fault of ours could keep it for so long.
    private static final long END_SECONDS = 2;

    private final Worker worker;

    private final IoEventLoop eventLoop;

    private final WorkerMetrics metrics;

    private volatile boolean ending;

    WorkerProxy(Worker worker, IoEventLoop eventLoop, WorkerMetrics metrics) {
        this.worker = worker;
        this.eventLoop = eventLoop;
        this.metrics = metrics;
    }

    /// Confines the thread to processors.
    CompletableFuture<Void> pin(BitSet processors) {
        return tell(() -> worker.onPin(processors));
    }

    /// Makes a generation effective.
    CompletableFuture<Void> install(Generation generation, Map<BoundSocket, Worker.Assignment> assigned, int maxFlows) {
        return tell(() -> worker.onInstall(generation, assigned, maxFlows));
    }

    /// Stops watching some sockets.
    ///
    /// @param closing those to close, which no generation wants any more
    CompletableFuture<Void> release(Set<BoundSocket> released, Set<BoundSocket> closing) {
        return tell(() -> worker.onRelease(released, closing));
    }

    /// Stops accepting and closes the sockets; sessions go on.
    CompletableFuture<Void> drain() {
        return tell(worker::onDrain);
    }

    /// Lets go of every socket without closing it, and ends with the last session.
    CompletableFuture<Void> leave() {
        return tell(worker::onLeave);
    }

    /// Ends every session.
    CompletableFuture<Void> closeSessions(Outcome why) {
        return tell(() -> worker.onCloseSessions(why));
    }

    /// The worker's counters, readable at any time.
    WorkerMetrics metrics() {
        return metrics;
    }

    /// Ends the thread, once it has done what it was told.
    void end() {
        ending = true;
        var _ = tell(worker::onEnd);
        var _ = eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /// Whether it was told to end; a loop that ends without has died.
    boolean isEnding() {
        return ending;
    }

    /// Waits for the end after [#end].
    void awaitEnd() {
        eventLoop.terminationFuture().awaitUninterruptibly(END_SECONDS, TimeUnit.SECONDS);
    }

    private CompletableFuture<Void> tell(Runnable command) {
        try {
            return CompletableFuture.runAsync(command, eventLoop);
        } catch (RejectedExecutionException _) {
            return CompletableFuture.completedFuture(null);
        }
    }
}
