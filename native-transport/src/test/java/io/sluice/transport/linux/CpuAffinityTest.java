package io.sluice.transport.linux;

import java.io.IOException;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CpuAffinityTest {

    @Test
    void confinesTheCallingThreadOnly() throws IOException {
        BitSet before = CpuAffinity.current();
        BitSet last = new BitSet();
        last.set(before.length() - 1);

        try (var worker = Executors.newSingleThreadExecutor()) {
            BitSet confined = CompletableFuture.supplyAsync(() -> setAndRead(last), worker).join();

            assertThat(confined).isEqualTo(last);
        }
        assertThat(CpuAffinity.current()).isEqualTo(before);
    }

    @Test
    void refusesProcessorsThatDoNotExist() {
        BitSet absent = new BitSet();
        absent.set(1023);

        assertThatThrownBy(() -> CpuAffinity.set(absent))
                .hasMessage("sched_setaffinity() failed (22: Invalid argument)");
    }

    private static BitSet setAndRead(BitSet processors) {
        try {
            CpuAffinity.set(processors);
            return CpuAffinity.current();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
