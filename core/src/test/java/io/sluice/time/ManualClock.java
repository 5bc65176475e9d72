package io.sluice.time;

import java.time.Duration;

/// A clock that a test steps. Confined to its worker's event loop.
public final class ManualClock implements Clock {

    private long nanos;

    private long wallMillis;

    /// A clock at the given readings.
    public ManualClock(long nanos, long wallMillis) {
        this.nanos = nanos;
        this.wallMillis = wallMillis;
    }

    /// A clock near the end of the monotonic range, so that comparisons without subtraction show.
    public ManualClock() {
        this(Long.MAX_VALUE - Duration.ofMillis(50).toNanos(), 1_795_366_800_000L);
    }

    /// Lets both clocks go on.
    public void advance(Duration duration) {
        nanos += duration.toNanos();
        wallMillis += duration.toMillis();
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long wallMillis() {
        return wallMillis;
    }
}
