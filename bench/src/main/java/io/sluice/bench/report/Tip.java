package io.sluice.bench.report;

import java.math.BigDecimal;
import java.math.MathContext;

/// A number for who asks precisely: four digits that mean something. Immutable.
final class Tip {

    private static final MathContext FOUR_DIGITS = new MathContext(4);

    private Tip() {}

    static String of(double value) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value).round(FOUR_DIGITS).stripTrailingZeros().toPlainString()
                : String.valueOf(value);
    }
}
