package io.sluice.bench.load;

/// Who begins an exchange when its [Pace] says so. Confined to the load loop.
interface Exchanger {

    /// Whether it can begin exchanges still.
    boolean isOpen();

    /// Begins one.
    ///
    /// @param intendedNanos when it should have begun
    void exchange(long intendedNanos, long nowNanos);
}
