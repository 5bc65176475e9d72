package io.sluice.bench.compare;

import java.util.Locale;

/// Numbers as tables show them. Immutable.
final class Decimals {

    private static final int OF_RATIOS = 2;

    private Decimals() {}

    /// With so many digits after the point.
    static String text(double value, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    /// What one figure is of another.
    static String ratio(double value) {
        return text(value, OF_RATIOS);
    }
}
