package io.sluice.bench.compare;

import java.util.Arrays;

/// A median and the quartiles around it. Immutable.
record Spread(double lower, double median, double upper) {

    /// Of at least one value.
    static Spread of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Spread(quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75));
    }

    /// Between two values in proportion to the distance from each.
    private static double quantile(double[] sorted, double fraction) {
        double rank = fraction * (sorted.length - 1);
        int below = (int) rank;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
    }
}
