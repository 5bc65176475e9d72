package io.sluice.bench.compare;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

class StraceSummaryTest {

    @Test
    void readsCallsByNameWithAndWithoutErrors() {
        String summary = """
                % time     seconds  usecs/call     calls    errors syscall
                ------ ----------- ----------- --------- --------- ----------------
                 93.66    0.036958        1087        34        17 wait4
                  5.03    0.001984         116        17           vfork
                  0.00    0.000000           0         1           futex
                ------ ----------- ----------- --------- --------- ----------------
                100.00    0.039459         386       102        17 total
                """;
        assertThat(StraceSummary.parse(summary)).containsExactly(entry("wait4", 34L), entry("vfork", 17L), entry("futex", 1L));
    }

    @Test
    void isEmptyWhenNothingWasCalled() {
        assertThat(StraceSummary.parse("")).isEmpty();
    }
}
