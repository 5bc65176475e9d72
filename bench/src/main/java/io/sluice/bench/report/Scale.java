package io.sluice.bench.report;

import java.util.List;

/// Where the values of an axis lie between two pixels. Immutable.
sealed interface Scale permits LinearScale, LogarithmicScale, PercentileScale {

    /// For values up to a highest one.
    ///
    /// @param low the lowest that is above zero
    /// @param from the pixel of the axis' beginning
    /// @param to the pixel of its end
    static Scale of(Axis.Kind kind, double low, double high, double from, double to) {
        return switch (kind) {
            case LINEAR -> LinearScale.upTo(high, from, to);
            case LOGARITHMIC -> LogarithmicScale.around(low, high, from, to);
            case PERCENTILE -> PercentileScale.upTo(high, from, to);
        };
    }

    /// Whether there is a place for a value.
    boolean shows(double value);

    /// The pixel of a value.
    double at(double value);

    /// From the axis' beginning to its end.
    List<Tick> ticks();
}
