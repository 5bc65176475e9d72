package io.sluice.bench.load;

/// The next exchange when the one before has ended. Confined to the load loop.
final class ClosedLoop extends Pace {

    ClosedLoop(LoadCounters counters) {
        super(counters);
    }

    @Override
    void free(Exchanger exchanger, long nowNanos) {
        if (!isFinished()) {
            begin(exchanger, nowNanos, nowNanos);
        }
    }

    @Override
    void count(long intendedNanos, long sentNanos, long nowNanos) {
        counters.unit(nowNanos - sentNanos);
    }
}
