package io.sluice.bench.compare;

import java.time.Duration;
import java.util.List;

/// What a comparison is to do. Immutable.
///
/// @param warmUp before each measurement
/// @param firstWarmUp before the first of each contender in each scenario: what is compiled while it runs wants longer
record Plan(
        List<Contender> contenders,
        List<Scenario> scenarios,
        int rounds,
        Duration window,
        Duration warmUp,
        Duration firstWarmUp,
        int maxSessions,
        Pinning pinning) {

    Plan {
        contenders = List.copyOf(contenders);
        scenarios = List.copyOf(scenarios);
    }

    /// How long to warm up: a JVM, be it the proxy's or the load's, once per scenario for long.
    Duration warmUp(Contender contender, int round, boolean firstOfScenario) {
        boolean cold = firstOfScenario || (round == 0 && contender instanceof Sluice);
        return cold ? firstWarmUp : warmUp;
    }
}
