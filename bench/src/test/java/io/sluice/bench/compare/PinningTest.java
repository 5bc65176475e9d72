package io.sluice.bench.compare;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PinningTest {

    @Test
    void readsRanges() {
        assertThat(Pinning.processors("3")).containsExactly(3);
        assertThat(Pinning.processors("0-2")).containsExactly(0, 1, 2);
        assertThat(Pinning.processors("0-1+4")).containsExactly(0, 1, 4);
    }

    @Test
    void givesAProxyOneProcessorForEachWorker() {
        Pinning pinning = new Pinning(List.of(0, 1, 2), List.of(3));
        assertThat(pinning.prefix(2)).containsExactly("taskset", "-c", "0,1");
        assertThat(pinning.prefix(8)).containsExactly("taskset", "-c", "0,1,2");
        assertThat(Pinning.NONE.prefix(1)).isEmpty();
    }
}
