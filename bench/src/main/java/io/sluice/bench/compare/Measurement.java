package io.sluice.bench.compare;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

import org.HdrHistogram.Histogram;

/// The figures of one proxy in one round. Immutable: nothing is recorded into the histogram any more.
///
/// @param latencies in nanoseconds; empty where none were taken
record Measurement(Map<Figure, Double> figures, Histogram latencies) {

    Measurement {
        EnumMap<Figure, Double> copy = new EnumMap<>(Figure.class);
        copy.putAll(figures);
        figures = Collections.unmodifiableMap(copy);
    }

    /// Without latencies.
    static Measurement of(Map<Figure, Double> figures) {
        return new Measurement(figures, new Histogram(1));
    }
}
