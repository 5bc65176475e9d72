package io.sluice.bench.report;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

class ScaleTest {

    @Test
    void aLinearAxisGoesFromZeroToARoundNumber() {
        assertThat(labels(Axis.Kind.LINEAR, 3, 87)).containsExactly("0", "20", "40", "60", "80", "100");
        assertThat(labels(Axis.Kind.LINEAR, 0.1, 0.9)).containsExactly("0.0", "0.2", "0.4", "0.6", "0.8", "1.0");
        assertThat(labels(Axis.Kind.LINEAR, 1, 81_000)).containsExactly("0", "20k", "40k", "60k", "80k", "100k");
    }

    @Test
    void aLinearAxisOfNothingHasARangeStill() {
        Scale scale = Scale.of(Axis.Kind.LINEAR, 0, 0, 0, 300);
        assertThat(scale.at(0)).isZero();
        assertThat(scale.shows(0)).isTrue();
    }

    @Test
    void aLogarithmicAxisLabelsTwoAndFiveWhereThereIsRoom() {
        assertThat(labels(Axis.Kind.LOGARITHMIC, 1, 1024)).containsExactly(
                "1", "2", "5", "10", "20", "50", "100", "200", "500", "1,000", "2,000");
        assertThat(labels(Axis.Kind.LOGARITHMIC, 1, 1e6)).containsExactly("1", "10", "100", "1,000", "10k", "100k", "1M");
        assertThat(labels(Axis.Kind.LOGARITHMIC, 0.15, 2)).containsExactly("0.1", "0.2", "0.5", "1", "2");
    }

    @Test
    void onALogarithmicAxisHalfAndTwiceAreEquallyFar() {
        Scale scale = Scale.of(Axis.Kind.LOGARITHMIC, 0.5, 2, 0, 100);
        assertThat(scale.at(1)).isCloseTo(50, within(1e-6));
        assertThat(scale.shows(0)).isFalse();
        assertThat(scale.shows(Double.NaN)).isFalse();
    }

    @Test
    void eachNineTakesAsMuchRoomAsTheOneBefore() {
        Scale scale = Scale.of(Axis.Kind.PERCENTILE, 0, 99.9, 0, 300);
        assertThat(scale.at(90)).isCloseTo(100, within(1e-6));
        assertThat(scale.at(99)).isCloseTo(200, within(1e-6));
        assertThat(scale.at(99.9)).isCloseTo(300, within(1e-6));
        assertThat(scale.shows(100)).isFalse();
        assertThat(labels(Axis.Kind.PERCENTILE, 0, 99.995)).containsExactly("0 %", "90 %", "99 %", "99.9 %", "99.99 %");
    }

    private static List<String> labels(Axis.Kind kind, double low, double high) {
        return Scale.of(kind, low, high, 0, 300).ticks().stream()
                .map(Tick::label)
                .filter(label -> !label.isEmpty())
                .toList();
    }
}
