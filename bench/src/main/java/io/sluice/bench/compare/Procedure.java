package io.sluice.bench.compare;

import io.sluice.bench.load.Load;

/// How a scenario is measured. Immutable.
sealed interface Procedure {

    /// What becomes idle.
    enum Kind {
        /// TCP.
        CONNECTIONS,
        /// HTTP, upgraded.
        WEBSOCKETS,
        /// UDP.
        FLOWS
    }

    /// What it is, for people.
    String description();

    /// Whether it is about UDP.
    default boolean ofDatagrams() {
        return switch (this) {
            case Steady steady -> steady.load() instanceof Load.OfDatagrams;
            case Saturating _ -> true;
            case Disturbed _ -> false;
            case Idle idle -> idle.kind() == Kind.FLOWS;
        };
    }

    /// Whether clients speak TLS.
    default boolean ofTls() {
        return this instanceof Steady steady
                && (steady.load() instanceof Load.Handshakes || steady.load() instanceof Load.SecureBulk);
    }

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

    /// Datagrams at the rate at which the reference is just saturated: nginx, or whoever comes first where it is missing.
    ///
    /// @param closed the load that tells the rate: no more is outstanding than the reference can deal with
    record Saturating(Load.Datagrams closed) implements Procedure {
        @Override
        public String description() {
            return closed.description() + " tell the rate of nginx; then as many a second of them, whatever comes back";
        }
    }

    /// Memory with `few` and with `many` idle sessions in a process of its own.
    record Idle(int few, int many, int messageBytes, Kind kind) implements Procedure {
        @Override
        public String description() {
            return "from " + few + " to " + held(many).description();
        }

        /// What adds sessions.
        Load held(int count) {
            return switch (kind) {
                case CONNECTIONS -> new Load.Held(count, messageBytes);
                case WEBSOCKETS -> new Load.HeldWebSockets(count, messageBytes);
                case FLOWS -> new Load.HeldFlows(count, messageBytes);
            };
        }

        /// What the process is warmed up with.
        Load warmUp() {
            return switch (kind) {
                case CONNECTIONS -> new Load.Churn(32, messageBytes);
                case WEBSOCKETS -> new Load.WebSocketEcho(32, messageBytes);
                case FLOWS -> new Load.Datagrams(32, 1, 1, messageBytes);
            };
        }
    }
}
