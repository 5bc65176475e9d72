package io.sluice.bench.report;

/// One direction of a plot. Immutable.
///
/// @param title what is measured, with its unit
public record Axis(String title, Kind kind) {

    /// How values are spread over it. Immutable.
    public enum Kind {
        /// Evenly, from zero.
        LINEAR,
        /// By their logarithms; what is not above zero is not shown.
        LOGARITHMIC,
        /// Percentiles from 0 to below 100 by 1/(1-p): each nine takes as much room as the one before.
        PERCENTILE
    }

    /// Evenly, from zero.
    public static Axis linear(String title) {
        return new Axis(title, Kind.LINEAR);
    }

    /// By logarithms.
    public static Axis logarithmic(String title) {
        return new Axis(title, Kind.LOGARITHMIC);
    }

    /// Percentiles, as in [Series#percentiles].
    public static Axis percentile(String title) {
        return new Axis(title, Kind.PERCENTILE);
    }
}
