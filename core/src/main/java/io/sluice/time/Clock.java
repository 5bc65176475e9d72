package io.sluice.time;

/// The time of the current loop turn: one reading for all that happens in it.
/// Confined to its worker's event loop.
public interface Clock {

    /// Monotonic nanoseconds with an arbitrary origin, as `System.nanoTime()`; compare by subtraction.
    long nanos();

    /// Wall-clock milliseconds since the epoch, for log lines and variables; may step.
    long wallMillis();
}
