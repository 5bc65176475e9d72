package io.sluice.time;

/// The system's clocks, read once per loop turn. Confined to its worker's event loop.
///
///     while (running) {
///         poll(wheel.nanosUntilNext(System.nanoTime()));
///         clock.update();
///         ...
///     }
public final class LoopClock implements Clock {

    private long nanos;

    private long wallMillis;

    /// A clock that already holds a reading.
    public LoopClock() {
        update();
    }

    /// Takes the reading that [#nanos] and [#wallMillis] return until the next call.
    public void update() {
        nanos = System.nanoTime();
        wallMillis = System.currentTimeMillis();
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
