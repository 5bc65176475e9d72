package io.sluice.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.sluice.config.syntax.Severity;

import static org.assertj.core.api.Assertions.assertThat;

/// The sample configurations in conf/: each can be used, and none earns a warning.
class SampleConfigTest {

    static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("..", "conf"))) {
            return files.filter(file -> file.toString().endsWith(".conf")).toList();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void isUsableWithoutAWarning(Path sample) {
        CheckedConfig checked = ConfigLoader.ofFile(ConfigLocation.of(sample)).check();

        assertThat(checked.usable()).isTrue();
        assertThat(checked.diagnostics())
                .filteredOn(diagnostic -> diagnostic.severity() != Severity.NOTICE)
                .isEmpty();
    }
}
