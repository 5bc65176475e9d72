package io.sluice.bench.compare;

/// What Sluice has to reach. Immutable.
///
/// @param limit at most this
record Bar(Figure figure, Basis basis, double limit) {

    /// What a figure is held against. Immutable.
    enum Basis {
        /// Divided by the figure of the peer that has the lower median.
        BETTER_PEER,
        /// Divided by nginx's figure.
        NGINX,
        /// Divided by HAProxy's figure.
        HAPROXY,
        /// The figure of the better peer is subtracted from it.
        ABOVE_BETTER_PEER,
        /// As it is.
        ITSELF
    }

    /// Whether it is a quotient that is limited, and not the figure in its own unit.
    boolean isRatio() {
        return switch (basis) {
            case BETTER_PEER, NGINX, HAPROXY -> true;
            case ABOVE_BETTER_PEER, ITSELF -> false;
        };
    }
}
