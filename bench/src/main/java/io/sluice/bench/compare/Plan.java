package io.sluice.bench.compare;

import java.time.Duration;
import java.util.List;

/// What a comparison is to do. Immutable.
///
/// @param warmUp before each measurement
/// @param flowAddresses see [Setup]
/// @param firstWarmUp the same where a JVM is cold that has yet to compile what it runs: Sluice's or the load's
record Plan(
        List<Contender> contenders,
        List<Scenario> scenarios,
        int rounds,
        Duration window,
        Duration warmUp,
        Duration firstWarmUp,
        int maxSessions,
        int maxFlows,
        boolean flowAddresses,
        Pinning pinning) {

    Plan {
        contenders = List.copyOf(contenders);
        scenarios = List.copyOf(scenarios);
    }

    /// How many sessions, or flows, a proxy must be ready for.
    int most(Scenario scenario) {
        return scenario.procedure().ofDatagrams() ? maxFlows : maxSessions;
    }

    /// How long to warm up a contender.
    ///
    /// @param fresh it has just been started
    /// @param firstOfScenario nothing was measured in the scenario yet
    Duration warmUp(Contender contender, boolean fresh, boolean firstOfScenario) {
        return firstOfScenario || (fresh && contender instanceof Sluice) ? firstWarmUp : warmUp;
    }
}
