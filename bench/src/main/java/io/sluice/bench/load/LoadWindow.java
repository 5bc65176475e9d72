package io.sluice.bench.load;

import java.util.Map;

import org.HdrHistogram.Histogram;

/// What was counted between the opening and the closing of a window. Immutable.
///
/// @param units round trips or connections that were completed; 0 for downloads
/// @param bytes downloaded
/// @param latencies of the units, in nanoseconds
/// @param failures what went wrong since the load began, and how often; empty in a run that counts
public record LoadWindow(long elapsedNanos, long units, long bytes, Histogram latencies, Map<String, Long> failures) {}
