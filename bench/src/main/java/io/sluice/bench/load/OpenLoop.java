package io.sluice.bench.load;

import java.util.ArrayDeque;

import io.sluice.transport.SocketLoop;
import io.sluice.transport.TurnHandler;

/// Exchanges at a fixed rate, whatever becomes of them. Confined to the load loop.
///
/// What cannot begin in time, because nobody is free, waits for the first who is, and its latency counts from when it should
/// have begun: who measures only what could be sent leaves out the stalls (coordinated omission; Gil Tene's wrk2).
final class OpenLoop extends Pace implements TurnHandler {

    private static final double NANOS_PER_SECOND = 1e9;

    private final double nanosPerExchange;

    private final TimerGrain grain;

    private final ArrayDeque<Exchanger> free = new ArrayDeque<>();

    /// Since when the rate is kept, and how many have begun since.
    private long sinceNanos = System.nanoTime();

    private long begun;

    OpenLoop(LoadCounters counters, SocketLoop loop, double perSecond) {
        super(counters);
        this.nanosPerExchange = NANOS_PER_SECOND / perSecond;
        this.grain = TimerGrain.of(loop);
    }

    @Override
    void free(Exchanger exchanger, long nowNanos) {
        long intended = nextNanos();
        if (!isFinished() && intended <= nowNanos) {
            begun++;
            begin(exchanger, intended, nowNanos);
        } else {
            free.addLast(exchanger);
        }
    }

    private long nextNanos() {
        return sinceNanos + (long) (begun * nanosPerExchange);
    }

    @Override
    public long beforeWait() {
        while (!isFinished() && !free.isEmpty()) {
            long now = System.nanoTime();
            long intended = nextNanos();
            if (intended > now) {
                return grain.waitNanos(now, intended);
            }
            Exchanger exchanger = free.removeFirst();
            if (exchanger.isOpen()) {
                begun++;
                begin(exchanger, intended, now);
            }
        }
        return Long.MAX_VALUE;
    }

    @Override
    public void afterWait() {
        // The answers follow.
    }

    /// What should have begun before the window is not of the window.
    @Override
    void count(long intendedNanos, long sentNanos, long nowNanos) {
        if (intendedNanos >= sinceNanos) {
            counters.unit(nowNanos - intendedNanos, nowNanos - sentNanos);
        }
    }

    /// What has not begun yet is forgotten: a JVM that has yet to compile may be slower than the rate.
    @Override
    void onWindow(long nowNanos) {
        sinceNanos = nowNanos;
        begun = 0;
    }

    @Override
    long waiting(long nowNanos) {
        return Math.max(0, (long) ((nowNanos - sinceNanos) / nanosPerExchange) - begun);
    }
}
