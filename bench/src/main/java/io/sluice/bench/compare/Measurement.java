package io.sluice.bench.compare;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// The figures of one proxy in one round. Immutable.
record Measurement(Map<Figure, Double> figures) {

    Measurement {
        figures = Collections.unmodifiableMap(new EnumMap<>(figures));
    }
}
