package io.sluice.bench.compare;

/// What was measured with so many workers and connections. Immutable.
record ScaleStep(GrowingLoad load, int workers, int connections, ScenarioResult result) {}
