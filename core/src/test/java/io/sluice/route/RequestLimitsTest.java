package io.sluice.route;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.sluice.config.model.ByteSize;
import io.sluice.config.model.LimitReqZoneConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.TemplateConfig;
import io.sluice.route.RequestLimits.Delayed;
import io.sluice.route.RequestLimits.Limit;
import io.sluice.route.RequestLimits.Passed;
import io.sluice.route.RequestLimits.Rejected;
import io.sluice.route.RequestLimits.Verdict;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RequestLimitsTest {

    private static final long NOW = 1_000_000;

    private static final int ONE_PER_SECOND = 1000;

    private final RateZone zone = new RateZone("one", new ByteSize(1 << 20));

    private static byte[] key(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private RequestLimits limits(int milliRate, int burst, int delayAfter) {
        return new RequestLimits(List.of(new Limit(zone, milliRate, burst, delayAfter)));
    }

    /// `+` passed, `-` rejected, otherwise the delay in milliseconds.
    private static String told(Verdict verdict) {
        return switch (verdict) {
            case Passed(boolean counted) -> counted ? "+" : "uncounted";
            case Delayed delayed -> Long.toString(delayed.millis());
            case Rejected _ -> "-";
        };
    }

    private static List<String> burst(RequestLimits limits, int requests, long now) {
        List<String> told = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            told.add(told(limits.check(now, key("a"))));
        }
        return told;
    }

    @Test
    void withoutABurstOneRequestPassesAtATime() {
        RequestLimits limits = limits(ONE_PER_SECOND, 0, 0);
        assertThat(burst(limits, 2, NOW)).containsExactly("+", "-");
        assertThat(told(limits.check(NOW + 999, key("a")))).isEqualTo("-");
        assertThat(told(limits.check(NOW + 1000, key("a")))).isEqualTo("+");
        assertThat(told(limits.check(NOW + 1000, key("b")))).isEqualTo("+");
    }

    @Test
    void aBurstIsDelayedToTheRate() {
        assertThat(burst(limits(ONE_PER_SECOND, 5, 0), 8, NOW))
                .containsExactly("+", "1000", "2000", "3000", "4000", "5000", "-", "-");
        assertThat(told(limits(ONE_PER_SECOND, 5, 0).check(NOW + 2500, key("a")))).isEqualTo("3500");
    }

    @Test
    void nodelayAndDelayAfterSome() {
        assertThat(burst(limits(ONE_PER_SECOND, 5, 5), 7, NOW)).containsExactly("+", "+", "+", "+", "+", "+", "-");
        assertThat(burst(limits(ONE_PER_SECOND, 5, 3), 7, NOW + 60_000))
                .containsExactly("+", "+", "+", "+", "1000", "2000", "-");
    }

    @Test
    void ratesAreThousandthsOfARequestASecond() {
        // 30r/m
        assertThat(burst(limits(500, 2, 0), 4, NOW)).containsExactly("+", "2000", "4000", "-");
        // 10r/s: a request every 100 ms.
        RequestLimits ten = limits(10_000, 1, 0);
        assertThat(told(ten.check(NOW + 60_000, key("b")))).isEqualTo("+");
        assertThat(told(ten.check(NOW + 60_030, key("b")))).isEqualTo("70");
        assertThat(told(ten.check(NOW + 60_060, key("b")))).isEqualTo("-");
    }

    @Test
    void rejectedRequestsCountNowhere() {
        RateZone other = new RateZone("other", new ByteSize(1 << 20));
        Limit wide = new Limit(zone, ONE_PER_SECOND, 100, 100);
        Limit narrow = new Limit(other, ONE_PER_SECOND, 0, 0);
        RequestLimits both = new RequestLimits(List.of(wide, narrow));
        assertThat(told(both.check(NOW, key("a"), key("a")))).isEqualTo("+");
        for (int i = 0; i < 5; i++) {
            Verdict verdict = both.check(NOW, key("a"), key("a"));
            assertThat(verdict).isEqualTo(new Rejected(narrow, 1000, false));
            assertThat(((Rejected) verdict).message(false)).isEqualTo("limiting requests, excess: 1.000 by zone \"other\"");
        }
        RequestLimits alone = new RequestLimits(List.of(new Limit(zone, ONE_PER_SECOND, 100, 0)));
        assertThat(told(alone.check(NOW, key("a")))).as("the second in its zone").isEqualTo("1000");
    }

    @Test
    void theLongestDelayHolds() {
        Limit slow = new Limit(new RateZone("slow", new ByteSize(1 << 20)), 500, 9, 0);
        Limit fast = new Limit(zone, 2000, 9, 0);
        for (List<Limit> order : List.of(List.of(slow, fast), List.of(fast, slow))) {
            RequestLimits limits = new RequestLimits(order);
            byte[] key = key(order.toString());
            assertThat(limits.check(NOW, key, key)).isEqualTo(new Passed(true));
            Verdict verdict = limits.check(NOW, key, key);
            assertThat(verdict).isEqualTo(new Delayed(slow, 1000, 2000));
            assertThat(((Delayed) verdict).message(true))
                    .isEqualTo("delaying request, dry run, excess: 1.000, by zone \"slow\"");
        }
    }

    @Test
    void emptyAndTooLongKeysAreNotCounted() {
        RequestLimits limits = limits(ONE_PER_SECOND, 0, 0);
        byte[] tooLong = new byte[65_536];
        for (int i = 0; i < 3; i++) {
            assertThat(limits.check(NOW, key(""))).isEqualTo(new Passed(false));
            assertThat(limits.check(NOW, tooLong)).isEqualTo(new Passed(false));
        }
        assertThat(RequestLimits.isTooLong(tooLong)).isTrue();
        assertThat(RequestLimits.NONE.check(NOW)).isEqualTo(new Passed(false));
        assertThat(told(limits.check(NOW, new byte[65_535]))).isEqualTo("+");
        assertThat(told(limits.check(NOW, new byte[65_535]))).isEqualTo("-");
        // One key of two.
        RequestLimits two = new RequestLimits(List.of(
                new Limit(zone, ONE_PER_SECOND, 0, 0),
                new Limit(new RateZone("two", new ByteSize(1 << 20)), ONE_PER_SECOND, 0, 0)));
        assertThat(told(two.check(NOW, key("x"), key("")))).isEqualTo("+");
        assertThat(told(two.check(NOW, key("x"), key("")))).isEqualTo("-");
        assertThat(told(two.check(NOW, key(""), key("")))).isEqualTo("uncounted");
    }

    @Test
    void aFullZoneForgetsWhatWasNotAskedForLongest() {
        RateZone small = new RateZone("small", new ByteSize(32 * 1024));
        RequestLimits limits = new RequestLimits(List.of(new Limit(small, ONE_PER_SECOND, 0, 0)));
        for (int i = 0; i < 1000; i++) {
            assertThat(told(limits.check(NOW + i, key("key" + i)))).isEqualTo("+");
            if (i > 0) {
                assertThat(told(limits.check(NOW + i, key("key0")))).as("asked for often: %d", i).isIn("-", "+");
            }
        }
        // Four pages of 32 pieces.
        assertThat(small.keys()).isEqualTo(128);
        assertThat(told(limits.check(NOW + 1000, key("key999")))).as("remembered").isEqualTo("-");
        assertThat(told(limits.check(NOW + 1000, key("key1")))).as("forgotten").isEqualTo("+");
    }

    @Test
    void aMegabyteHoldsAboutEightThousandAddresses() {
        for (int i = 0; i < 20_000; i++) {
            limits(ONE_PER_SECOND, 0, 0).check(NOW, new byte[] {1, 2, (byte) (i >> 8), (byte) i});
        }
        assertThat(zone.keys()).isBetween(7_900, 8_300);
    }

    @Test
    void quietKeysAreForgottenByAndBy() {
        RequestLimits limits = limits(ONE_PER_SECOND, 0, 0);
        for (int i = 0; i < 10; i++) {
            limits.check(NOW, key("old" + i));
        }
        for (int i = 0; i < 5; i++) {
            limits.check(NOW + 60_000, key("new" + i));
        }
        assertThat(zone.keys()).isEqualTo(5);
    }

    @Test
    void aClockThatIsBehindIsNoTime() {
        RequestLimits limits = limits(ONE_PER_SECOND, 5, 0);
        limits.check(NOW, key("a"));
        assertThat(told(limits.check(NOW - 500, key("a")))).isEqualTo("1000");
        assertThat(told(limits.check(NOW + 1000, key("a")))).isEqualTo("1000");
    }

    @Test
    void zonesSurviveAReload() {
        RateZones zones = new RateZones();
        RateZone first = zones.zone(config("one", "a", 1 << 20, 1000));
        assertThat(zones.zone(config("one", "a", 1 << 20, 5000))).isSameAs(first);
        assertThat(zones.zone(config("one", "b", 1 << 20, 1000))).isNotSameAs(first);
        assertThat(zones.zone(config("two", "a", 1 << 20, 1000))).isNotSameAs(first);
        assertThat(zones.zone(config("one", "a", 2 << 20, 1000))).isNotSameAs(first);
        assertThat(first.name()).isEqualTo("one");
    }

    private static LimitReqZoneConfig config(String name, String key, long bytes, long milliRate) {
        return new LimitReqZoneConfig(
                Position.NONE, name, TemplateConfig.literal(Position.NONE, key), new ByteSize(bytes), milliRate);
    }

    /// Whatever the arrivals are, never more pass than the rate permits, and those that pass keep to it once they are delayed.
    @RepeatedTest(50)
    void neverMoreThanTheRate(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        int milliRate = 100 + random.nextInt(20_000);
        int burst = random.nextInt(10);
        RequestLimits limits = limits(milliRate, burst, 0);
        long now = NOW;
        long passed = 0;
        long lastStart = 0;
        for (int i = 0; i < 2000; i++) {
            now += random.nextInt(4) == 0 ? random.nextInt(2000) : random.nextInt(20);
            Verdict verdict = limits.check(now, key("a"));
            if (verdict instanceof Rejected(_, long excess, _)) {
                assertThat(excess).isGreaterThan(burst * 1000L);
                continue;
            }
            passed++;
            long start = now + (verdict instanceof Delayed delayed ? delayed.millis() : 0);
            assertThat(start).isGreaterThanOrEqualTo(lastStart);
            lastStart = start;
            // Each step of whole numbers rounds in favour of the limit by less than a thousandth of a request.
            assertThat(passed).isLessThanOrEqualTo(1 + burst + (now - NOW) * milliRate / 1_000_000 + 1);
        }
    }

    @Test
    void workersShareAZoneExactly() throws Exception {
        int burst = 500;
        RateZone other = new RateZone("other", new ByteSize(1 << 20));
        RequestLimits limits = new RequestLimits(List.of(
                new Limit(other, ONE_PER_SECOND, 2 * burst, 2 * burst), new Limit(zone, ONE_PER_SECOND, burst, burst)));
        RequestLimits single = limits(ONE_PER_SECOND, burst, burst);
        try (ExecutorService workers = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                counts.add(workers.submit(() -> {
                    int passed = 0;
                    for (int j = 0; j < 1000; j++) {
                        passed += single.check(NOW, key("single")) instanceof Passed ? 1 : 0;
                        limits.check(NOW, key("both"), key("both"));
                    }
                    return passed;
                }));
            }
            int passed = 0;
            for (Future<Integer> count : counts) {
                passed += count.get();
            }
            assertThat(passed).isEqualTo(1 + burst);
        }
    }
}
