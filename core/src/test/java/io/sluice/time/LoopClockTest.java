package io.sluice.time;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

class LoopClockTest {

    @Test
    void readingsStandStillBetweenUpdates() {
        long before = System.nanoTime();
        LoopClock clock = new LoopClock();
        long reading = clock.nanos();
        assertThat(reading - before).isNotNegative();
        while (System.nanoTime() - reading < 1_000_000) {
            Thread.onSpinWait();
        }
        assertThat(clock.nanos()).isEqualTo(reading);

        clock.update();
        assertThat(clock.nanos() - reading).isGreaterThanOrEqualTo(1_000_000);
        assertThat(clock.wallMillis()).isCloseTo(System.currentTimeMillis(), offset(60_000L));
    }
}
