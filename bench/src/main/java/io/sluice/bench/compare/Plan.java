package io.sluice.bench.compare;

import java.util.List;

/// What a comparison is to do. Immutable.
///
/// @param workers of each proxy
/// @param flowAddresses see [Demands]
record Plan(
        List<Contender> contenders,
        List<Scenario> scenarios,
        Timing timing,
        int workers,
        int maxSessions,
        int maxFlows,
        boolean flowAddresses) {

    Plan {
        contenders = List.copyOf(contenders);
        scenarios = List.copyOf(scenarios);
    }

    /// What a proxy must be ready for in a scenario.
    Demands demands(Scenario scenario) {
        int most = scenario.procedure().ofDatagrams() ? maxFlows : maxSessions;
        return new Demands(workers, most, flowAddresses, scenario.unprivileged());
    }

    /// What a proxy must be ready for when no scenario is meant.
    Demands demands() {
        return new Demands(workers, maxSessions, flowAddresses, false);
    }
}
