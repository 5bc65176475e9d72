package io.sluice.transport.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OpenFilesLimitTest {

    @Test
    void readsWhatTheKernelEnforces() throws IOException {
        String[] line;
        try (var lines = Files.lines(Path.of("/proc/self/limits"))) {
            line = lines.filter(l -> l.startsWith("Max open files")).findFirst().orElseThrow().split("\\s+");
        }

        assertThat(OpenFilesLimit.current())
                .isEqualTo(new OpenFilesLimit(Long.parseLong(line[3]), Long.parseLong(line[4])));
    }

    @Test
    void setsBothLimits() throws IOException {
        OpenFilesLimit before = OpenFilesLimit.current();

        OpenFilesLimit.set(before.hard()); // lowering could not be taken back without root

        assertThat(OpenFilesLimit.current()).isEqualTo(new OpenFilesLimit(before.hard(), before.hard()));
    }
}
