package io.sluice.bench.load;

import java.util.Map;

import org.HdrHistogram.Histogram;

/// What was counted between the opening and the closing of a window. Immutable.
///
/// @param units round trips or connections that were completed; 0 for downloads
/// @param bytes downloaded
/// @param latencies of the units, in nanoseconds
/// @param datagrams of UDP
/// @param failures what went wrong since the load began, and how often; empty in a run that counts
public record LoadWindow(
        long elapsedNanos,
        long units,
        long bytes,
        Histogram latencies,
        Datagrams datagrams,
        Map<String, Long> failures) {

    /// Datagrams on their way. Immutable.
    ///
    /// @param sent by clients
    /// @param forwarded arrived at an upstream, which sent them back
    /// @param answered arrived at their clients again
    /// @param lost not back in time; only where clients wait for them
    public record Datagrams(long sent, long forwarded, long answered, long lost) {}
}
