package io.sluice.session;

/// The two sides of a session. Immutable.
public enum Side {
    /// The accepted side.
    DOWNSTREAM,
    /// The connected side.
    UPSTREAM;

    /// The other one.
    public Side opposite() {
        return this == DOWNSTREAM ? UPSTREAM : DOWNSTREAM;
    }
}
