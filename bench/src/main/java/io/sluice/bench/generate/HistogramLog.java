package io.sluice.bench.generate;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.jspecify.annotations.Nullable;

/// A run's histograms as a log of HdrHistogram, a line for each second, in nanoseconds. Immutable.
///
/// Of an open loop there are two lines, tagged: what is corrected for what was sent late, and what is not.
final class HistogramLog {

    private static final double NANOS_PER_MILLI = 1e6;

    private HistogramLog() {}

    static void write(Path file, LoadResult result) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            HistogramLogWriter log = new HistogramLogWriter(out);
            long begun = result.begun().toEpochMilli();
            log.outputComment("[" + result.environment().get("command") + ", latencies in nanoseconds]");
            log.outputLogFormatVersion();
            log.outputStartTime(begun);
            log.outputBaseTime(begun);
            log.outputLegend();
            for (Interval interval : result.intervals()) {
                if (result.plan().isOpen()) {
                    write(log, interval, interval.latencies(), "corrected");
                    write(log, interval, interval.rawLatencies(), "raw");
                } else {
                    write(log, interval, interval.latencies(), null);
                }
            }
            log.close();
        }
    }

    private static void write(HistogramLogWriter log, Interval interval, Histogram histogram, @Nullable String tag) {
        Histogram line = histogram.copy();
        line.setTag(tag);
        double end = interval.endSeconds();
        log.outputIntervalHistogram(end - interval.seconds(), end, line, NANOS_PER_MILLI);
    }
}
