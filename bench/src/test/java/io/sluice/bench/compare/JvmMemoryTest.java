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
    void knowsWhatCompilersHave() throws IOException {
        String summary = """
                Total: reserved=7742308KB, committed=484164KB
                       malloc: 18416KB #47156, peak=18261KB #44164

                -                      Code (reserved=248654KB, committed=8510KB)
                                            (malloc=961KB tag=Code #6876) (peak=961KB #6877)
                                            (mmap: reserved=247692KB, committed=7548KB, at peak)
                                            (arena=1KB #1) (peak=34KB #2)

                -                        GC (reserved=158272KB, committed=45392KB)
                                            (malloc=4740KB tag=GC #1410) (peak=4766KB #1569)

                -                  Compiler (reserved=217KB, committed=217KB)
                                            (malloc=21KB tag=Compiler #55) (peak=35KB #60)
                                            (arena=196KB #6) (peak=7652KB #7)

                -    Native Memory Tracking (reserved=842KB, committed=842KB)
                                            (malloc=13KB tag=Native Memory Tracking #216) (at peak)
                                            (tracking overhead=829KB)

                -               Arena Chunk (reserved=7120KB, committed=7120KB)
                                            (malloc=7120KB tag=Arena Chunk #278) (peak=9681KB #292)

                -                    Module (reserved=172KB, committed=172KB)
                                            (malloc=172KB tag=Module #2129) (at peak)
                """;
        assertThat(JvmMemory.compilerBytes(summary)).isEqualTo((961 + 1 + 21 + 196 + 829 + 7120) * 1024);
    }

    @Test
    void insistsOnMallocInfo() {
        assertThatThrownBy(() -> JvmMemory.mallocBytes("no such command")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> JvmMemory.compilerBytes("no such command")).isInstanceOf(IOException.class);
    }
}
