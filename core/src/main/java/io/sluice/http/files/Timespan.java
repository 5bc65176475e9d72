package io.sluice.http.files;

/// A time in a variable's value, in the configuration's notation: `1h 30m`, `45`. Immutable.
final class Timespan {

    static final long INVALID = -1;

    // From the longest to the shortest; each at most once and in this order.
    private static final String UNITS = "yMwdhms";

    private static final long[] SECONDS = {365 * 86_400L, 30 * 86_400L, 7 * 86_400L, 86_400, 3_600, 60, 1};

    // Far beyond any date, and a date can still be made of it.
    private static final long LIMIT = 1000 * SECONDS[0];

    private Timespan() {}

    /// In seconds; [#INVALID] when it is none.
    static long parse(String text) {
        TextCursor cursor = new TextCursor(text, 0);
        long total = 0;
        int smallest = -1;
        do {
            long value = cursor.number();
            if (value < 0 || value > LIMIT) {
                return INVALID;
            }
            if (cursor.left() == 0) {
                total += value;
                break;
            }
            char unit = cursor.next();
            int index = unit == ' ' ? UNITS.length() - 1 : UNITS.indexOf(unit);
            if (index <= smallest) {
                return INVALID;
            }
            smallest = index;
            total += value > LIMIT / SECONDS[index] ? LIMIT : value * SECONDS[index];
            cursor.skipSpaces();
        } while (cursor.left() > 0);
        return total > LIMIT ? INVALID : total;
    }
}
