package io.sluice.bench.load;

import io.sluice.transport.SocketLoop;
import io.sluice.transport.Transport;

/// How exactly a loop can wait. Immutable.
///
/// @param nanos so much later than asked a wait may end
record TimerGrain(long nanos) {

    /// epoll_wait(2) counts milliseconds.
    private static final TimerGrain EPOLL = new TimerGrain(1_000_000);

    /// A timer of io_uring is exact, but for the slack that all timers have and the time it takes to wake up.
    private static final TimerGrain IO_URING = new TimerGrain(100_000);

    static TimerGrain of(SocketLoop loop) {
        return loop.transport() == Transport.EPOLL ? EPOLL : IO_URING;
    }

    /// How long to wait for something that is due then: it is not missed, and the rest is spent without sleep.
    long waitNanos(long nowNanos, long dueNanos) {
        return Math.max(0, dueNanos - nowNanos - nanos);
    }
}
