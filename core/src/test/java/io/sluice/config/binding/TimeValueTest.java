package io.sluice.config.binding;

import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/// nginx's two notations of time.
class TimeValueTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0", "30, 30000", "30s, 30000", "500ms, 500", "1m, 60000", "1h30m, 5400000", "1h 30m, 5400000", "1d, 86400000",
        "1w2d, 777600000", "1m30, 90000", "1s500ms, 1500", "007s, 7000",
    })
    void milliseconds(String text, long millis) {
        assertThat(TimeValue.MILLISECONDS.parse(text)).hasValue(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "s", "1y", "1M", "1x", "-1s", "1.5s", "30m1h", "1s1s", "1ms1s", "1H", "s1", " 1s",
        "9223372036854775807s", "99999999999999999999"})
    void notMilliseconds(String text) {
        assertThat(TimeValue.MILLISECONDS.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"10, 10", "1y, 31536000", "1M, 2592000", "1y1M1w1d1h1m1s, 34822861", "1m, 60"})
    void seconds(String text, long seconds) {
        assertThat(TimeValue.SECONDS.parse(text)).hasValue(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10ms", "1M1y", ""})
    void notSeconds(String text) {
        assertThat(TimeValue.SECONDS.parse(text)).isEmpty();
    }
}
