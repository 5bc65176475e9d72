package io.sluice.bench.report;

import java.util.ArrayList;
import java.util.List;

/// Between two numbers that are 1, 2 or 5 times a power of ten. Immutable.
record LogarithmicScale(double low, double high, double from, double to) implements Scale {

    /// Up to so many decades 2 and 5 get labels, too.
    private static final double LABELLED_DECADES = 3.5;

    private static final int[] ROUND = {1, 2, 5};

    static LogarithmicScale around(double low, double high, double from, double to) {
        double begin = low > 0 && Double.isFinite(low) ? roundedDown(low) : 1;
        double end = roundedUp(Math.max(high, begin));
        return new LogarithmicScale(begin, end > begin ? end : begin * 10, from, to);
    }

    private static double roundedDown(double value) {
        double decade = decade(value);
        double result = decade;
        for (int round : ROUND) {
            if (round * decade <= value * (1 + 1e-9)) {
                result = round * decade;
            }
        }
        return result;
    }

    private static double roundedUp(double value) {
        double decade = decade(value);
        for (int round : ROUND) {
            if (round * decade >= value * (1 - 1e-9)) {
                return round * decade;
            }
        }
        return 10 * decade;
    }

    private static double decade(double value) {
        return Math.pow(10, Math.floor(Math.log10(value) + 1e-9));
    }

    @Override
    public boolean shows(double value) {
        return value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9);
    }

    @Override
    public double at(double value) {
        return from + (to - from) * Math.log(value / low) / Math.log(high / low);
    }

    @Override
    public List<Tick> ticks() {
        boolean dense = Math.log10(high / low) <= LABELLED_DECADES;
        List<Tick> ticks = new ArrayList<>();
        for (double decade = decade(low); decade <= high * (1 + 1e-9); decade *= 10) {
            for (int factor = 1; factor < 10; factor++) {
                double value = factor * decade;
                if (shows(value)) {
                    boolean labelled = factor == 1 || (dense && (factor == 2 || factor == 5));
                    ticks.add(new Tick(at(value), labelled ? TickText.single(value) : ""));
                }
            }
        }
        return ticks;
    }
}
