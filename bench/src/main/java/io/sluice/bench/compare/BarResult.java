package io.sluice.bench.compare;

/// How a proxy stands to a bar. Immutable.
///
/// @param contender whose figure it is
/// @param against the peer it was divided by, or empty
/// @param value the ratio, or the figure as it is, over the rounds
record BarResult(String contender, Bar bar, String against, Spread value) {

    boolean met() {
        return value.median() <= bar.limit();
    }
}
