package io.sluice.bench.report;

import java.util.Locale;

/// How the numbers of an axis are written: alike, with as many digits as tell them apart. Immutable.
///
/// @param divisor 1, or that of the suffix
/// @param suffix empty, k, M or G
record TickText(double divisor, String suffix, int decimals) {

    /// Below, numbers are written out.
    private static final double WRITTEN_OUT = 10_000;

    /// For ticks that are so far apart.
    static TickText evenly(double step, double highest) {
        double divisor = divisor(highest);
        double shown = step / divisor;
        int decimals = 0;
        // 2.5 needs one digit more than its power of ten.
        while (decimals < 9 && Math.abs(shown * Math.pow(10, decimals) - Math.rint(shown * Math.pow(10, decimals))) > 1e-6) {
            decimals++;
        }
        return new TickText(divisor, suffix(divisor), decimals);
    }

    /// A number by itself.
    static String single(double value) {
        return evenly(value, value).of(value);
    }

    private static double divisor(double highest) {
        if (highest < WRITTEN_OUT) {
            return 1;
        }
        if (highest < 1e6) {
            return 1e3;
        }
        return highest < 1e9 ? 1e6 : 1e9;
    }

    private static String suffix(double divisor) {
        if (divisor == 1) {
            return "";
        }
        if (divisor == 1e3) {
            return "k";
        }
        return divisor == 1e6 ? "M" : "G";
    }

    String of(double value) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value / divisor) + (value == 0 ? "" : suffix);
    }
}
