package io.sluice.variable;

import java.time.Duration;
import java.time.ZoneId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.session.StreamVariable;
import io.sluice.time.ManualClock;

import static org.assertj.core.api.Assertions.assertThat;

class ProcessVariablesTest {

    private final ManualClock clock = new ManualClock(0, 1_795_366_800_042L);

    private final ProcessVariables variables =
            new ProcessVariables(clock, ZoneId.of("Europe/Berlin"), "gate", "1.2.3");

    @Test
    void timesAreNginxs() {
        assertThat(variables.value(StreamVariable.MSEC)).isEqualTo("1795366800.042");
        assertThat(variables.value(StreamVariable.TIME_LOCAL)).isEqualTo("22/Nov/2026:18:00:00 +0100");
        assertThat(variables.value(StreamVariable.TIME_ISO8601)).isEqualTo("2026-11-22T18:00:00+01:00");
        clock.advance(Duration.ofSeconds(1));
        assertThat(variables.value(StreamVariable.TIME_LOCAL)).isEqualTo("22/Nov/2026:18:00:01 +0100");
    }

    @Test
    void theProcessAndNothingElse() {
        assertThat(variables.value(StreamVariable.HOSTNAME)).isEqualTo("gate");
        assertThat(variables.value(StreamVariable.NGINX_VERSION)).isEqualTo("1.2.3");
        assertThat(variables.value(StreamVariable.PID)).isEqualTo(Long.toString(ProcessHandle.current().pid()));
        assertThat(variables.value(StreamVariable.REMOTE_ADDR)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"0, 0.000", "7, 0.007", "42, 0.042", "999, 0.999", "61001, 61.001"})
    void secondsAndMillis(long millis, String text) {
        assertThat(ProcessVariables.secondsAndMillis(millis)).isEqualTo(text);
    }

    @Test
    void bytesAndTextConvertBothWays() {
        String text = "caf\u00e9 \ud83d\ude00";
        assertThat(ByteText.decode(ByteText.of(text))).isEqualTo(text);
        assertThat(ByteText.bytes(ByteText.of("\u00e9"))).containsExactly(0xC3, 0xA9);
        assertThat(ByteText.decode("\u00e9x")).isEqualTo("\u00e9x");
    }
}
