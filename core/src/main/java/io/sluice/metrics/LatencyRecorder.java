package io.sluice.metrics;

import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/// Durations of one kind on one worker: the worker records, one reader at a time flips and adds up. Thread-safe.
///
/// Values keep two digits between 1 microsecond and 12 days, what is outside counts as the nearer end; about 45 KB a
/// histogram, and nothing before the first value. The worker never waits for a reader.
final class LatencyRecorder {

    private static final long LOWEST_NANOS = 1_000;

    private static final long HIGHEST_NANOS = TimeUnit.DAYS.toNanos(12);

    private static final int DIGITS = 2;

    private volatile @Nullable SingleWriterRecorder recorder;

    // Guarded by this: what earlier flips gave, and the histogram that the next flip hands back to the recorder.
    private @Nullable Histogram total;

    private @Nullable Histogram spare;

    /// Records a value; called by the owning worker only.
    void record(long nanos) {
        SingleWriterRecorder current = recorder;
        if (current == null) {
            current = new SingleWriterRecorder(LOWEST_NANOS, HIGHEST_NANOS, DIGITS);
            recorder = current;
        }
        current.recordValue(Math.clamp(nanos, 0, HIGHEST_NANOS));
    }

    /// Adds everything recorded since the worker started to `sum`; for any thread.
    synchronized void addTo(Histogram sum) {
        SingleWriterRecorder current = recorder;
        if (current == null) {
            return;
        }
        Histogram interval = current.getIntervalHistogram(spare);
        spare = interval;
        if (total == null) {
            total = emptyHistogram();
        }
        total.add(interval);
        sum.add(total);
    }

    /// A histogram of the range and precision of all of them.
    static Histogram emptyHistogram() {
        return new Histogram(LOWEST_NANOS, HIGHEST_NANOS, DIGITS);
    }
}
