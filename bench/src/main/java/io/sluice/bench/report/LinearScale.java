package io.sluice.bench.report;

import java.util.ArrayList;
import java.util.List;

/// From zero to a round number. Immutable.
///
/// @param step between two ticks
/// @param steps how many
record LinearScale(double step, int steps, double from, double to) implements Scale {

    /// Pixels that a step takes at least, with its label.
    private static final double MIN_STEP_PIXELS = 55;

    private static final int MAX_STEPS = 10;

    private static final double[] ROUND = {1, 2, 2.5, 5, 10};

    static LinearScale upTo(double high, double from, double to) {
        double end = high > 0 ? high : 1;
        int most = (int) Math.clamp(Math.abs(to - from) / MIN_STEP_PIXELS, 2, MAX_STEPS);
        double decade = Math.pow(10, Math.floor(Math.log10(end / most)));
        double step = decade;
        for (double round : ROUND) {
            step = round * decade;
            if (step * most >= end) {
                break;
            }
        }
        return new LinearScale(step, (int) Math.ceil(end / step - 1e-9), from, to);
    }

    @Override
    public boolean shows(double value) {
        return value >= 0 && value <= step * steps * (1 + 1e-9);
    }

    @Override
    public double at(double value) {
        return from + (to - from) * value / (step * steps);
    }

    @Override
    public List<Tick> ticks() {
        TickText text = TickText.evenly(step, step * steps);
        List<Tick> ticks = new ArrayList<>();
        for (int i = 0; i <= steps; i++) {
            ticks.add(new Tick(at(i * step), text.of(i * step)));
        }
        return ticks;
    }
}
