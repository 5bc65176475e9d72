package io.sluice.time;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.testing.Allocations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TimerWheelTest {

    private static final long MILLISECOND = 1_000_000;

    private static final long TICK = 1 << 20;

    private final ManualClock clock = new ManualClock();

    private final TimerWheel wheel = new TimerWheel(clock.nanos());

    private final List<String> fired = new ArrayList<>();

    @Test
    void firesAtTheDeadlineAndNotBefore() {
        Probe timer = new Probe("a");
        wheel.schedule(timer, clock.nanos() + 5 * MILLISECOND);

        advance(Duration.ofNanos(5 * MILLISECOND - 1));
        assertThat(fired).isEmpty();
        assertThat(timer.isScheduled()).isTrue();

        advance(Duration.ofNanos(1 + TICK));
        assertThat(fired).containsExactly("a");
        assertThat(timer.isScheduled()).isFalse();
        assertThat(wheel.size()).isZero();
    }

    @Test
    void schedulingAgainMovesTheDeadline() {
        Probe timer = new Probe("a");
        wheel.schedule(timer, clock.nanos() + 5 * MILLISECOND);
        wheel.schedule(timer, clock.nanos() + 50 * MILLISECOND);
        assertThat(wheel.size()).isEqualTo(1);

        advance(Duration.ofMillis(49));
        assertThat(fired).isEmpty();
        advance(Duration.ofMillis(3));
        assertThat(fired).containsExactly("a");
    }

    @Test
    void cancelledTimersDoNotFire() {
        Probe timer = new Probe("a");
        wheel.schedule(timer, clock.nanos() + 5 * MILLISECOND);
        wheel.cancel(timer);
        wheel.cancel(timer);

        assertThat(timer.isScheduled()).isFalse();
        assertThat(wheel.nanosUntilNext(clock.nanos())).isEqualTo(Long.MAX_VALUE);
        advance(Duration.ofSeconds(1));
        assertThat(fired).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 63, 64, 65, 4_095, 4_096, 600_000, 86_400_000, 31_536_000_000L, 3_153_600_000_000L})
    void everyDistanceFiresWithinATick(long milliseconds) {
        Probe timer = new Probe("a");
        long deadline = clock.nanos() + milliseconds * MILLISECOND;
        wheel.schedule(timer, deadline);

        for (int turns = 0; fired.isEmpty(); turns++) {
            assertThat(turns).isLessThan(10);
            advance(Duration.ofNanos(wheel.nanosUntilNext(clock.nanos())));
        }

        assertThat(clock.nanos() - deadline).isBetween(0L, TICK);
    }

    @Test
    void aPastDeadlineFiresAtTheNextTickAndNotFromWithinSchedule() {
        wheel.schedule(new Probe("a"), clock.nanos() - 1000 * MILLISECOND);
        assertThat(fired).isEmpty();
        advance(Duration.ofNanos(wheel.nanosUntilNext(clock.nanos())));
        assertThat(fired).containsExactly("a");
    }

    @Test
    void aTimerThatReschedulesItselfAtOnceFiresOncePerTurn() {
        Timer eager = new Timer() {
            @Override
            protected void onTimer(long nowNanos) {
                fired.add("eager");
                wheel.schedule(this, nowNanos);
            }
        };
        wheel.schedule(eager, clock.nanos());
        advance(Duration.ofHours(1));
        assertThat(fired).hasSize(1);
        advance(Duration.ofHours(1));
        assertThat(fired).hasSize(2);
        assertThat(eager.isScheduled()).isTrue();
    }

    @Test
    void aFiringTimerMayCancelAndScheduleOthersThatAreDueToo() {
        Probe victim = new Probe("victim");
        Probe moved = new Probe("moved");
        Timer first = new Timer() {
            @Override
            protected void onTimer(long nowNanos) {
                fired.add("first");
                wheel.cancel(victim);
                wheel.schedule(moved, nowNanos + 100 * MILLISECOND);
            }
        };
        wheel.schedule(first, clock.nanos() + 10 * MILLISECOND);
        wheel.schedule(victim, clock.nanos() + 10 * MILLISECOND);
        wheel.schedule(moved, clock.nanos() + 20 * MILLISECOND);

        advance(Duration.ofMillis(30));
        assertThat(fired).containsExactly("first");
        advance(Duration.ofMillis(105));
        assertThat(fired).containsExactly("first", "moved");
    }

    @Test
    void aThrowingTimerDoesNotLoseTheOthers() {
        Timer thrower = new Timer() {
            @Override
            protected void onTimer(long nowNanos) {
                throw new IllegalStateException("boom");
            }
        };
        wheel.schedule(thrower, clock.nanos() + MILLISECOND);
        wheel.schedule(new Probe("other"), clock.nanos() + MILLISECOND);

        assertThatThrownBy(() -> advance(Duration.ofMillis(10))).hasRootCauseMessage("boom");
        assertThat(wheel.nanosUntilNext(clock.nanos())).isZero();
        wheel.advance(clock.nanos());
        assertThat(fired).containsExactly("other");
        assertThat(wheel.size()).isZero();
    }

    @Test
    void aThrowingTimerThatPutsThingsRightKeepsNobodyWaiting() {
        Timer thrower = new Timer() {
            @Override
            protected void onTimer(long nowNanos) {
                throw new IllegalStateException("boom");
            }

            @Override
            protected void onFault(Throwable fault) {
                fired.add(String.valueOf(fault.getMessage()));
            }
        };
        wheel.schedule(thrower, clock.nanos() + MILLISECOND);
        wheel.schedule(new Probe("other"), clock.nanos() + MILLISECOND);

        advance(Duration.ofMillis(10));
        assertThat(fired).containsExactly("boom", "other");
    }

    @Test
    void aBurstIsSpreadOverTurns() {
        int burst = TimerWheel.MAX_FIRED_PER_TURN + 1;
        for (int i = 0; i < burst; i++) {
            wheel.schedule(new Probe("a"), clock.nanos() + MILLISECOND);
        }
        clock.advance(Duration.ofMillis(10));
        assertThat(wheel.advance(clock.nanos())).isEqualTo(TimerWheel.MAX_FIRED_PER_TURN);
        assertThat(wheel.nanosUntilNext(clock.nanos())).isZero();
        assertThat(wheel.advance(clock.nanos())).isEqualTo(1);
        assertThat(wheel.nanosUntilNext(clock.nanos())).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behavesAsTheNaiveModel(long seed) {
        Random random = new Random(seed);
        List<Probe> timers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            timers.add(new Probe("t" + i));
        }
        for (int step = 0; step < 5_000; step++) {
            Probe timer = timers.get(random.nextInt(timers.size()));
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> scheduleBoth(timer, randomDelay(random));
                case 4 -> {
                    wheel.cancel(timer);
                    timer.modelDeadline = Probe.NONE;
                }
                default -> advanceAndCompare(timers, randomDelay(random) / (1 + random.nextInt(100)));
            }
        }
    }

    @Test
    void nothingIsAllocated() {
        Probe[] timers = new Probe[64];
        for (int i = 0; i < timers.length; i++) {
            timers[i] = new Probe("");
        }
        long[] now = {clock.nanos()};
        int[] turn = {0};
        long bytes = Allocations.bytes(100_000, () -> {
            int i = turn[0]++;
            wheel.schedule(timers[i & 63], now[0] + (1L << (20 + (i % 20))));
            wheel.schedule(timers[(i + 7) & 63], now[0] + 3 * MILLISECOND);
            wheel.cancel(timers[(i + 31) & 63]);
            now[0] += TICK / 2;
            wheel.nanosUntilNext(now[0]);
            wheel.advance(now[0]);
        });
        assertThat(bytes).isZero();
    }

    private void advance(Duration duration) {
        clock.advance(duration);
        wheel.advance(clock.nanos());
    }

    private void scheduleBoth(Probe timer, long delay) {
        timer.modelDeadline = delay;
        timer.modelOrigin = clock.nanos();
        wheel.schedule(timer, clock.nanos() + delay);
    }

    /// Spread over all the levels that a test can step through: a tick to some years.
    private static long randomDelay(Random random) {
        return random.nextLong(1L << (10 + random.nextInt(48)));
    }

    private void advanceAndCompare(List<Probe> timers, long nanos) {
        long next = wheel.nanosUntilNext(clock.nanos());
        List<Probe> early = timers.stream().filter(t -> t.remaining(clock.nanos()) + TICK < next).toList();
        assertThat(early.stream().filter(Timer::isScheduled)).as("poll timeout passes over no deadline").isEmpty();

        fired.clear();
        clock.advance(Duration.ofNanos(nanos));
        while (wheel.advance(clock.nanos()) > 0) {
            assertThat(fired).hasSizeLessThanOrEqualTo(timers.size());
        }
        for (Probe timer : timers) {
            long remaining = timer.remaining(clock.nanos());
            if (remaining > 0) {
                assertThat(fired).as("early").doesNotContain(timer.name);
            } else if (remaining <= -TICK) {
                assertThat(timer.isScheduled()).as("late").isFalse();
            }
            if (fired.contains(timer.name)) {
                timer.modelDeadline = Probe.NONE;
            }
            assertThat(timer.isScheduled()).isEqualTo(timer.modelDeadline != Probe.NONE);
        }
        assertThat(wheel.size()).isEqualTo((int) timers.stream().filter(Timer::isScheduled).count());
    }

    private final class Probe extends Timer {

        private static final long NONE = -1;

        private final String name;

        private long modelOrigin;

        private long modelDeadline = NONE;

        Probe(String name) {
            this.name = name;
        }

        long remaining(long now) {
            return modelDeadline == NONE ? Long.MAX_VALUE - TICK : modelDeadline - (now - modelOrigin);
        }

        @Override
        protected void onTimer(long nowNanos) {
            if (!name.isEmpty()) {
                fired.add(name);
            }
        }
    }
}
