package io.sluice.bench.report;

/// One value of a series. Immutable.
///
/// @param low the lower end of its spread, and high the upper; both `y` when it has none
public record Point(double x, double y, double low, double high) {

    /// Without a spread.
    public Point(double x, double y) {
        this(x, y, y, y);
    }
}
