package io.sluice.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PidFileTest {

    private final Path directory;

    PidFileTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void holdsThisProcessAndNothingElseAppears() throws IOException {
        Path path = directory.resolve("sluice.pid");

        PidFile file = PidFile.write(path, Optional.empty());

        assertThat(path).hasContent(ProcessHandle.current().pid() + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path))).isEqualTo("rw-r--r--");
        assertThat(entries()).containsExactly(path);
        file.delete();
        assertThat(entries()).isEmpty();
    }

    @Test
    void replacesAStaleOne() throws IOException {
        Path path = Files.writeString(directory.resolve("sluice.pid"), "999999999\n");

        PidFile.write(path, Optional.empty());

        assertThat(path).hasContent(ProcessHandle.current().pid() + "\n");
    }

    @Test
    void leavesAnotherProcessNumberAlone() throws IOException {
        Path path = directory.resolve("sluice.pid");
        PidFile file = PidFile.write(path, Optional.empty());
        Files.writeString(path, "1\n");

        file.delete();

        assertThat(path).hasContent("1\n");
    }

    @Test
    void failsWhereTheDirectoryIsMissing() {
        Path path = directory.resolve("missing/sluice.pid");

        assertThatThrownBy(() -> PidFile.write(path, Optional.empty())).isInstanceOf(NoSuchFileException.class);
    }

    private Stream<Path> entries() throws IOException {
        try (Stream<Path> list = Files.list(directory)) {
            return list.toList().stream();
        }
    }
}
