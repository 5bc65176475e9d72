package io.sluice.http.files;

import java.time.LocalDate;
import java.time.YearMonth;

/// Dates as HTTP writes them. Immutable.
///
/// Times are seconds since 1970.
public final class HttpDate {

    /// What [#parse] returns for text that is no date, and what stands for a time that nobody knows.
    public static final long UNKNOWN = -1;

    private static final String[] DAYS = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

    private static final String[] MONTHS = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };

    private static final int LENGTH = 29;

    private static final int SECONDS_PER_DAY = 24 * 60 * 60;

    // The years 0 to 9999: a file may claim to be from any other.
    private static final long EARLIEST = -62_167_219_200L;

    private static final long LATEST = 253_402_300_799L;

    // What follows a weekday is at least as long in each of the formats.
    private static final int SHORTEST_REST = 18;

    private static final int SHORTEST_TIME_AND_YEAR = 14;

    private enum Format {
        /// `Sun, 06 Nov 1994 08:49:37 GMT`
        RFC_1123,
        /// `Sunday, 06-Nov-94 08:49:37 GMT`
        RFC_850,
        /// `Sun Nov  6 08:49:37 1994`
        ASCTIME
    }

    private HttpDate() {}

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    public static String format(long seconds) {
        long shown = Math.clamp(seconds, EARLIEST, LATEST);
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(shown, SECONDS_PER_DAY));
        int second = Math.floorMod(shown, SECONDS_PER_DAY);
        StringBuilder text = new StringBuilder(LENGTH);
        text.append(DAYS[date.getDayOfWeek().getValue() - 1]).append(", ");
        twoDigits(text, date.getDayOfMonth()).append(' ');
        text.append(MONTHS[date.getMonthValue() - 1]).append(' ');
        twoDigits(text, date.getYear() / 100);
        twoDigits(text, date.getYear() % 100).append(' ');
        twoDigits(text, second / 3600).append(':');
        twoDigits(text, second / 60 % 60).append(':');
        return twoDigits(text, second % 60).append(" GMT").toString();
    }

    /// Reads a date in one of the three formats that HTTP knows, as leniently as nginx: the weekday and the zone are not
    /// looked at, and of a month only the letters that tell it from the others.
    ///
    /// @return [#UNKNOWN] when it is none
    public static long parse(String text) {
        int comma = text.indexOf(',');
        int space = text.indexOf(' ');
        if (comma < 0 && space < 0) {
            return UNKNOWN;
        }
        boolean asctime = comma < 0 || (space >= 0 && space < comma);
        TextCursor cursor = new TextCursor(text, (asctime ? space : comma) + 1);
        cursor.skipSpaces();
        if (cursor.left() < SHORTEST_REST) {
            return UNKNOWN;
        }
        return asctime ? monthFirst(cursor) : dayFirst(cursor);
    }

    private static long dayFirst(TextCursor cursor) {
        int day = cursor.number(2);
        if (day < 0) {
            return UNKNOWN;
        }
        Format format;
        switch (cursor.peek()) {
            case ' ' -> format = Format.RFC_1123;
            case '-' -> format = Format.RFC_850;
            default -> {
                return UNKNOWN;
            }
        }
        if (format == Format.RFC_1123 && cursor.left() < SHORTEST_REST) {
            return UNKNOWN;
        }
        char separator = cursor.next();
        int month = month(cursor);
        if (month < 0 || cursor.next() != separator) {
            return UNKNOWN;
        }
        int year = cursor.number(format == Format.RFC_1123 ? 4 : 2);
        if (format == Format.RFC_850 && year >= 0) {
            year += year < 70 ? 2000 : 1900;
        }
        if (year < 0 || cursor.next() != ' ') {
            return UNKNOWN;
        }
        return seconds(year, month, day, timeOfDay(cursor));
    }

    private static long monthFirst(TextCursor cursor) {
        int month = month(cursor);
        if (month < 0) {
            return UNKNOWN;
        }
        cursor.skip(1);
        cursor.take(' ');
        int day = cursor.number(1);
        if (day < 0) {
            return UNKNOWN;
        }
        if (cursor.peek() != ' ') {
            int units = cursor.number(1);
            if (units < 0) {
                return UNKNOWN;
            }
            day = day * 10 + units;
        }
        if (cursor.left() < SHORTEST_TIME_AND_YEAR || cursor.next() != ' ') {
            return UNKNOWN;
        }
        int time = timeOfDay(cursor);
        if (time < 0 || cursor.next() != ' ') {
            return UNKNOWN;
        }
        int year = cursor.number(4);
        return year < 0 ? UNKNOWN : seconds(year, month, day, time);
    }

    /// From 1; negative when no month begins so.
    private static int month(TextCursor cursor) {
        char second = cursor.peek(1);
        char third = cursor.peek(2);
        int month = switch (cursor.peek()) {
            case 'J' -> second == 'a' ? 1 : third == 'n' ? 6 : 7;
            case 'F' -> 2;
            case 'M' -> third == 'r' ? 3 : 5;
            case 'A' -> second == 'p' ? 4 : 8;
            case 'S' -> 9;
            case 'O' -> 10;
            case 'N' -> 11;
            case 'D' -> 12;
            default -> -1;
        };
        cursor.skip(3);
        return month;
    }

    /// Seconds since midnight of `hh:mm:ss`; negative when it is none.
    private static int timeOfDay(TextCursor cursor) {
        int hour = cursor.number(2);
        if (hour < 0 || hour > 23 || cursor.next() != ':') {
            return -1;
        }
        int minute = cursor.number(2);
        if (minute < 0 || minute > 59 || cursor.next() != ':') {
            return -1;
        }
        int second = cursor.number(2);
        return second < 0 || second > 59 ? -1 : (hour * 60 + minute) * 60 + second;
    }

    private static long seconds(int year, int month, int day, int timeOfDay) {
        if (timeOfDay < 0 || day > YearMonth.of(year, month).lengthOfMonth()) {
            return UNKNOWN;
        }
        // nginx lets day 0 pass: the day before the first.
        long days = LocalDate.of(year, month, 1).toEpochDay() + day - 1;
        return days * SECONDS_PER_DAY + timeOfDay;
    }

    private static StringBuilder twoDigits(StringBuilder text, int number) {
        return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
    }
}
