package io.sluice.bench.compare;

import java.time.Duration;

/// How often and how long it is measured. Immutable.
///
/// @param warmUp before each measurement
/// @param firstWarmUp the same where a JVM is cold that has yet to compile what it runs: Sluice's or the load's
record Timing(int rounds, Duration window, Duration warmUp, Duration firstWarmUp) {

    /// How long to warm up a contender.
    ///
    /// @param fresh it has just been started
    /// @param firstOfAll nothing was measured yet, so that the load is cold, too
    Duration warmUp(Contender contender, boolean fresh, boolean firstOfAll) {
        return firstOfAll || (fresh && contender instanceof Sluice) ? firstWarmUp : warmUp;
    }
}
