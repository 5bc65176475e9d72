package io.sluice.http.files;

/// The text of a date, formatted once for all who ask for the same second. Confined to its worker's event loop.
///
///     String date = dateField.at(clock.wallMillis() / 1000);
public final class DateField {

    private long second = Long.MIN_VALUE;

    private String text = "";

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    ///
    /// @param seconds since 1970
    public String at(long seconds) {
        if (seconds != second) {
            text = HttpDate.format(seconds);
            second = seconds;
        }
        return text;
    }
}
