package io.sluice.bench.generate;

import java.util.Locale;

/// Numbers for people. Immutable.
final class Numbers {

    private static final double NANOS_PER_MICRO = 1e3;

    private static final int PLAIN_FROM = 100;

    private static final double GIGA = 1e9;

    private static final double MEGA = 1e6;

    private Numbers() {}

    /// `19,998`.
    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /// `19,998`, and `2.5` where the fraction matters.
    static String count(double value) {
        return value < PLAIN_FROM && value != Math.rint(value)
                ? String.format(Locale.ROOT, "%,.1f", value)
                : String.format(Locale.ROOT, "%,.0f", value);
    }

    /// Nanoseconds as microseconds.
    static String micros(long nanos) {
        return micros((double) nanos);
    }

    /// Nanoseconds as microseconds.
    static String micros(double nanos) {
        double micros = nanos / NANOS_PER_MICRO;
        return micros < PLAIN_FROM
                ? String.format(Locale.ROOT, "%,.1f", micros)
                : String.format(Locale.ROOT, "%,.0f", micros);
    }

    /// `1.25 GB/s`.
    static String bytesPerSecond(double value) {
        return value >= GIGA / 10
                ? String.format(Locale.ROOT, "%.2f GB/s", value / GIGA)
                : String.format(Locale.ROOT, "%.2f MB/s", value / MEGA);
    }
}
