package io.sluice.bench.compare;

/// A figure of Sluice divided by that of the better peer, round by round. Immutable.
///
/// @param contender whose figure it is
/// @param against the peer whose median is the better one
record Ratio(String contender, Figure figure, String against, Spread value) {}
