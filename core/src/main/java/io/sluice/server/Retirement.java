package io.sluice.server;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/// Counts, for each generation, the workers that still have sessions of it. Thread-safe.
final class Retirement {

    /// Under the monitor.
    private final Map<Integer, Integer> workersLeft = new HashMap<>();

    private final IntConsumer onGone;

    /// Under the monitor.
    private boolean abandoned;

    /// @param onGone told the number of a generation whose last session, on any worker, has ended
    Retirement(IntConsumer onGone) {
        this.onGone = onGone;
    }

    /// A generation is about to be installed on so many workers.
    synchronized void expect(int generation, int workers) {
        workersLeft.put(generation, workers);
    }

    /// One more worker has sessions of a generation that is not gone yet.
    synchronized void expectOneMore(int generation) {
        workersLeft.computeIfPresent(generation, (_, n) -> n + 1);
    }

    /// While sessions move between workers no generation is gone, even if no worker has any of it for a moment.
    ///
    /// @return what [#letGo] needs
    synchronized List<Integer> hold() {
        workersLeft.replaceAll((_, n) -> n + 1);
        return List.copyOf(workersLeft.keySet());
    }

    /// Ends what [#hold] began.
    void letGo(List<Integer> held) {
        held.forEach(this::onRetired);
    }

    /// A worker has ended the last session of a generation that is not the newest any more.
    void onRetired(int generation) {
        boolean gone;
        synchronized (this) {
            Integer left = workersLeft.computeIfPresent(generation, (_, n) -> n - 1);
            gone = left != null && left == 0;
            if (gone) {
                workersLeft.remove(generation);
                notifyAll();
            }
        }
        if (gone) {
            onGone.accept(generation);
        }
    }

    /// Nobody needs to wait any more.
    synchronized void abandon() {
        abandoned = true;
        notifyAll();
    }

    /// Waits until no generation is left, or the wait is abandoned.
    ///
    /// @param nanos for at most so long; `Long.MAX_VALUE`: without end
    /// @return false: the time is over
    synchronized boolean awaitAll(long nanos) throws InterruptedException {
        long start = System.nanoTime();
        while (!workersLeft.isEmpty() && !abandoned) {
            long left = nanos == Long.MAX_VALUE ? Long.MAX_VALUE : nanos - (System.nanoTime() - start);
            if (left <= 0) {
                return false;
            }
            // Never rounded down to 0, which would mean without end.
            wait(Math.min(Math.max(1, left / 1_000_000), Integer.MAX_VALUE));
        }
        return true;
    }
}
