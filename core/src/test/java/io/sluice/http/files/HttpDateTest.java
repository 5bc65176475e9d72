package io.sluice.http.files;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// Dates are read in three formats and written in one.
class HttpDateTest {

    private static final DateTimeFormatter RFC_1123 =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);

    @Test
    void whatIsWrittenIsWhatTheLibraryWritesAndIsReadAgain() {
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            long seconds = random.nextLong(0, 8_000_000_000L);
            String text = HttpDate.format(seconds);
            assertThat(text).isEqualTo(RFC_1123.format(Instant.ofEpochSecond(seconds)));
            assertThat(HttpDate.parse(text)).isEqualTo(seconds);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "Sun, 06 Nov 1994 08:49:37 GMT| 784111777",
        "Sunday, 06-Nov-94 08:49:37 GMT| 784111777",
        "Sun Nov  6 08:49:37 1994| 784111777",
        "Sun Nov 16 08:49:37 1994| 784975777",
        "Sun Nov 06 08:49:37 1994| 784111777",
        "x, 06 Nov 1994 08:49:37| 784111777",
        "Thu, 01 Jan 1970 00:00:00 GMT| 0",
        "Tue, 29 Feb 2000 12:00:00 GMT| 951825600",
        "Thursday, 01-Jan-70 00:00:00 GMT| 0",
        "Thursday, 01-Jan-69 00:00:00 GMT| 3124224000",
        "Thu, 00 Jan 1970 00:00:00 GMT| -86400",
        "Mon, 31 Dec 2037 23:55:55 GMT| 2145916555",
    })
    void isRead(String text, long seconds) {
        assertThat(HttpDate.parse(text)).isEqualTo(seconds);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " ", ",", "now", "Sun, 06 Nov 1994", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Xov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:60 GMT",
        "Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 29 Feb 1900 08:49:37 GMT", "Sun, 06-Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT   ", "Sun Nov 6 08:49:37", "Sun, 06 Nov 1994 08.49.37 GMT", "784111777",
    })
    void isNoDate(String text) {
        assertThat(HttpDate.parse(text)).isEqualTo(HttpDate.UNKNOWN);
    }

    @Test
    void aTimeThatNoDateCanTellIsShownAsTheNextThatCan() {
        assertThat(HttpDate.format(Long.MAX_VALUE)).isEqualTo("Fri, 31 Dec 9999 23:59:59 GMT");
        assertThat(HttpDate.format(Long.MIN_VALUE)).isEqualTo("Sat, 01 Jan 0000 00:00:00 GMT");
    }

    @Test
    void oneSecondIsFormattedOnce() {
        DateField field = new DateField();
        String first = field.at(784111777);
        assertThat(field.at(784111777)).isSameAs(first);
        assertThat(field.at(784111778)).isEqualTo("Sun, 06 Nov 1994 08:49:38 GMT");
    }
}
