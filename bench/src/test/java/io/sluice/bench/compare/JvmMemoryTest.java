package io.sluice.bench.compare;

import java.io.IOException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JvmMemoryTest {

    @Test
    void countsWhatMallocHasGivenOutInTheWholeProcess() throws IOException {
        String info = """
                8385:
                <malloc version="1">
                <heap nr="0">
                <total type="fast" count="1" size="32"/>
                <total type="rest" count="40" size="200343"/>
                <system type="current" size="299008"/>
                </heap>
                <total type="fast" count="2" size="100"/>
                <total type="rest" count="50" size="1000"/>
                <total type="mmap" count="1" size="5000"/>
                <system type="current" size="9000"/>
                <system type="max" size="9900"/>
                <aspace type="total" size="9000"/>
                </malloc>
                """;
        assertThat(JvmMemory.mallocBytes(info)).isEqualTo(9000 + 5000 - 1000 - 100);
    }

    @Test
    void insistsOnMallocInfo() {
        assertThatThrownBy(() -> JvmMemory.mallocBytes("no such command")).isInstanceOf(IOException.class);
    }
}
