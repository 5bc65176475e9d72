package io.sluice.bench.report;

import java.util.ArrayList;
import java.util.List;

/// Percentiles by the logarithm of 1/(1-p). Immutable.
///
/// @param nines how many the axis has room for
record PercentileScale(double nines, double from, double to) implements Scale {

    private static final double MOST_NINES = 9;

    /// Where 50 % gets a label, it must be so far from its neighbours.
    private static final double MIN_LABEL_PIXELS = 34;

    static PercentileScale upTo(double high, double from, double to) {
        return new PercentileScale(Math.clamp(nines(high), 1, MOST_NINES), from, to);
    }

    private static double nines(double percentile) {
        return Math.log10(100 / (100 - percentile));
    }

    @Override
    public boolean shows(double value) {
        return value >= 0 && value < 100 && nines(value) <= nines * (1 + 1e-9);
    }

    @Override
    public double at(double value) {
        return place(nines(value));
    }

    private double place(double place) {
        return from + (to - from) * place / nines;
    }

    @Override
    public List<Tick> ticks() {
        List<Tick> ticks = new ArrayList<>();
        ticks.add(new Tick(from, "0 %"));
        boolean half = Math.abs(at(50) - from) >= MIN_LABEL_PIXELS;
        ticks.add(new Tick(at(50), half ? "50 %" : ""));
        for (int nine = 1; nine <= nines * (1 + 1e-9); nine++) {
            ticks.add(new Tick(place(nine), label(nine)));
        }
        return ticks;
    }

    private static String label(int nines) {
        String more = nines > 2 ? "." + "9".repeat(nines - 2) : "";
        return (nines == 1 ? "90" : "99" + more) + " %";
    }
}
