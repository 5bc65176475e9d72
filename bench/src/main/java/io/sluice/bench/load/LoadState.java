package io.sluice.bench.load;

/// How far a load is. Immutable.
///
/// @param ready clients of TCP that have begun to take part: their connection stands, and is idle if it is to be held
/// @param lost clients that failed and take part no more
/// @param outstanding what has begun and not ended; meaningless once something failed
/// @param failed whether anything did
public record LoadState(int ready, int lost, long outstanding, boolean failed) {

    /// Of two loops together.
    public LoadState plus(LoadState other) {
        return new LoadState(
                ready + other.ready, lost + other.lost, outstanding + other.outstanding, failed || other.failed);
    }
}
