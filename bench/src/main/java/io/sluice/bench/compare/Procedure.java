package io.sluice.bench.compare;

import io.sluice.bench.load.Load;

/// How a scenario is measured. Immutable.
sealed interface Procedure {

    /// What it is, for people.
    String description();

    /// A load, some stalled readers beside it, warmed up and counted for a while.
    record Steady(Load load, int stalledReaders) implements Procedure {
        @Override
        public String description() {
            return load.description()
                    + (stalledReaders == 0 ? "" : "; " + new Load.Stalled(stalledReaders).description());
        }
    }

    /// The load without stalled readers, then with them: the one is held against the other.
    record Disturbed(Load load, int stalledReaders) implements Procedure {
        @Override
        public String description() {
            return load.description() + "; " + new Load.Stalled(stalledReaders).description()
                    + ", against the same without";
        }
    }

    /// Memory with `few` and with `many` idle sessions in a process of its own.
    record Idle(int few, int many, int messageBytes) implements Procedure {
        @Override
        public String description() {
            return "from " + few + " to " + new Load.Held(many, messageBytes).description();
        }
    }
}
