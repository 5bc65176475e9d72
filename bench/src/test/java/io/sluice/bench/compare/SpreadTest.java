package io.sluice.bench.compare;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class SpreadTest {

    @Test
    void isTheMedianAndItsQuartilesInAnyOrder() {
        assertThat(Spread.of(new double[] {5, 1, 4, 2, 3})).isEqualTo(new Spread(2, 3, 4));
    }

    @Test
    void liesBetweenTwoValuesWhenTheirNumberIsEven() {
        assertThat(Spread.of(new double[] {10, 20})).isEqualTo(new Spread(12.5, 15, 17.5));
    }

    @Test
    void isTheValueItselfWhenThereIsOne() {
        assertThat(Spread.of(new double[] {7})).isEqualTo(new Spread(7, 7, 7));
    }
}
