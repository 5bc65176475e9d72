package io.sluice.bench.load;

/// When exchanges begin: a message and its echo, a request and its response, a connection. Confined to the load loop.
/// Nothing allocates.
///
///     // a client
///     pace.free(this, now);                                   // for each exchange that it can have under way
///     void exchange(long intended, long now) { send(); }      // from within free(), or later
///     pace.completed(intended, sent, now);                    // then free() again
abstract sealed class Pace permits ClosedLoop, OpenLoop {

    final LoadCounters counters;

    private boolean finished;

    Pace(LoadCounters counters) {
        this.counters = counters;
    }

    /// An exchanger can begin one more exchange.
    abstract void free(Exchanger exchanger, long nowNanos);

    /// An exchange has ended well.
    final void completed(long intendedNanos, long sentNanos, long nowNanos) {
        counters.ended();
        count(intendedNanos, sentNanos, nowNanos);
    }

    abstract void count(long intendedNanos, long sentNanos, long nowNanos);

    final void begin(Exchanger exchanger, long intendedNanos, long nowNanos) {
        counters.begun();
        exchanger.exchange(intendedNanos, nowNanos);
    }

    final boolean isFinished() {
        return finished;
    }

    /// Counting begins anew.
    void onWindow(long nowNanos) {
        // Exchanges that are under way count, too.
    }

    /// How many exchanges are due and could not begin.
    long waiting(long nowNanos) {
        return 0;
    }

    /// Nothing begins any more.
    void finish() {
        finished = true;
    }
}
