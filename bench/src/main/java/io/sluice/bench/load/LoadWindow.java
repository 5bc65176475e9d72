package io.sluice.bench.load;

import java.util.Map;

import org.HdrHistogram.Histogram;

/// What was counted between the opening and the closing of a window. Immutable.
///
/// @param units round trips or connections that were completed; 0 for bulk
/// @param bytes downloaded, acknowledged by the upstream, or sent up and back again
/// @param latencies of the units, in nanoseconds; of an open loop from when each should have begun
/// @param rawLatencies of an open loop from when each began; empty otherwise
/// @param datagrams of UDP
/// @param waiting what was due in an open loop and had not begun
/// @param failures what went wrong since the load began, and how often; empty in a run that counts
public record LoadWindow(
        long elapsedNanos,
        long units,
        long bytes,
        Histogram latencies,
        Histogram rawLatencies,
        Datagrams datagrams,
        long waiting,
        Map<String, Long> failures) {

    /// Datagrams on their way. Immutable.
    ///
    /// @param sent by clients
    /// @param forwarded arrived at an upstream, which sent them back
    /// @param answered arrived at their clients again
    /// @param lost not back in time; only where clients wait for them
    public record Datagrams(long sent, long forwarded, long answered, long lost) {}
}
