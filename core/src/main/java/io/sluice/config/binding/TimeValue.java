package io.sluice.config.binding;

import java.time.Duration;
import java.util.Optional;

/// nginx's time notation: numbers with units in descending order, `1h30m`; a bare number is seconds. Immutable.
///
/// There are two kinds. Values counted in milliseconds (`proxy_timeout`) know `ms` but neither years nor months, values
/// counted in seconds (`fail_timeout`) know `y` and `M` but no `ms`.
enum TimeValue {
    MILLISECONDS("w d h m s ms"),
    SECONDS("y M w d h m s");

    private static final Unit[] UNITS = {
        new Unit("y", 365L * 24 * 3600 * 1000),
        new Unit("M", 30L * 24 * 3600 * 1000),
        new Unit("w", 7L * 24 * 3600 * 1000),
        new Unit("d", 24L * 3600 * 1000),
        new Unit("h", 3600L * 1000),
        new Unit("m", 60L * 1000),
        new Unit("s", 1000L),
        new Unit("ms", 1L)
    };

    private final String units;

    TimeValue(String units) {
        this.units = " " + units + " ";
    }

    private record Unit(String name, long millis) {}

    /// The time, or empty when the text is none or too long a time for a count of this kind.
    Optional<Duration> parse(String text) {
        long total = 0;
        int lastUnit = -1;
        int at = 0;
        while (at < text.length()) {
            int digitsEnd = skip(text, at, true);
            int unitEnd = skip(text, digitsEnd, false);
            if (digitsEnd == at) {
                return Optional.empty();
            }
            String name = text.substring(digitsEnd, unitEnd).stripTrailing();
            boolean bare = name.isEmpty() && unitEnd == text.length();
            int unit = bare ? indexOf("s") : indexOf(name);
            if (unit < 0 || (!bare && unit <= lastUnit)) {
                return Optional.empty();
            }
            lastUnit = unit;
            try {
                long count = Long.parseLong(text, at, digitsEnd, 10);
                total = Math.addExact(total, Math.multiplyExact(count, UNITS[unit].millis));
            } catch (ArithmeticException | NumberFormatException _) {
                return Optional.empty();
            }
            at = unitEnd;
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(Duration.ofMillis(total));
    }

    private static int skip(String text, int from, boolean digits) {
        int at = from;
        while (at < text.length() && digits == (text.charAt(at) >= '0' && text.charAt(at) <= '9')) {
            at++;
        }
        return at;
    }

    private int indexOf(String name) {
        for (int i = 0; i < UNITS.length; i++) {
            if (UNITS[i].name.equals(name) && units.contains(" " + name + " ")) {
                return i;
            }
        }
        return -1;
    }
}
