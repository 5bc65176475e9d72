package io.sluice.bench.generate;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.PackedHistogram;

import io.sluice.bench.load.LoadWindow;

/// What all threads counted in a part of the run, or in all of it. Immutable.
///
/// @param sinceNanos when it began, from the beginning of what is counted
/// @param latencies of exchanges, in nanoseconds; of an open loop from when each should have begun
/// @param rawLatencies of an open loop from when each began; empty otherwise
/// @param waiting what was due at its end and had not begun
/// @param lost datagrams
/// @param failures since the load began, and how often
record Interval(
        long sinceNanos,
        long elapsedNanos,
        long units,
        long bytes,
        Histogram latencies,
        Histogram rawLatencies,
        long waiting,
        long sentDatagrams,
        long lost,
        Map<String, Long> failures) {

    private static final double NANOS_PER_SECOND = 1e9;

    /// Of the threads' windows. Packed, since a long run has thousands of intervals.
    static Interval of(long sinceNanos, List<LoadWindow> windows) {
        Histogram latencies = new PackedHistogram(windows.getFirst().latencies());
        Histogram raw = new PackedHistogram(windows.getFirst().rawLatencies());
        Map<String, Long> failures = new TreeMap<>();
        for (LoadWindow window : windows) {
            latencies.add(window.latencies());
            raw.add(window.rawLatencies());
            window.failures().forEach((what, count) -> failures.merge(what, count, Long::sum));
        }
        return new Interval(
                sinceNanos,
                windows.stream().mapToLong(LoadWindow::elapsedNanos).max().orElse(0),
                windows.stream().mapToLong(LoadWindow::units).sum(),
                windows.stream().mapToLong(LoadWindow::bytes).sum(),
                latencies,
                raw,
                windows.stream().mapToLong(LoadWindow::waiting).sum(),
                windows.stream().mapToLong(window -> window.datagrams().sent()).sum(),
                windows.stream().mapToLong(window -> window.datagrams().lost()).sum(),
                failures);
    }

    /// Of intervals that follow each other.
    static Interval together(List<Interval> parts) {
        Interval last = parts.getLast();
        Histogram latencies = new Histogram(last.latencies());
        Histogram raw = new Histogram(last.rawLatencies());
        for (Interval part : parts) {
            latencies.add(part.latencies());
            raw.add(part.rawLatencies());
        }
        return new Interval(
                parts.getFirst().sinceNanos(),
                parts.stream().mapToLong(Interval::elapsedNanos).sum(),
                parts.stream().mapToLong(Interval::units).sum(),
                parts.stream().mapToLong(Interval::bytes).sum(),
                latencies,
                raw,
                last.waiting(),
                parts.stream().mapToLong(Interval::sentDatagrams).sum(),
                parts.stream().mapToLong(Interval::lost).sum(),
                last.failures());
    }

    /// The same with what was lost and what failed in the time after it, when nothing was counted any more.
    Interval endingWith(Interval after) {
        return new Interval(
                sinceNanos, elapsedNanos, units, bytes, latencies, rawLatencies, waiting, sentDatagrams, lost + after.lost,
                after.failures);
    }

    double seconds() {
        return elapsedNanos / NANOS_PER_SECOND;
    }

    /// From the beginning of what is counted to its end.
    double endSeconds() {
        return (sinceNanos + elapsedNanos) / NANOS_PER_SECOND;
    }

    double unitsPerSecond() {
        return elapsedNanos == 0 ? 0 : units / seconds();
    }

    double bytesPerSecond() {
        return elapsedNanos == 0 ? 0 : bytes / seconds();
    }

    long errors() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }
}
