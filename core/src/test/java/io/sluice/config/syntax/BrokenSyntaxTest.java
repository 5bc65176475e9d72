package io.sluice.config.syntax;

import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/// What the parser says about configurations that it cannot accept; their numbers are below 100.
class BrokenSyntaxTest {

    static Stream<BrokenConfig> broken() {
        return BrokenConfig.named("0");
    }

    @ParameterizedTest
    @MethodSource("broken")
    void reportsWhatIsWrongAndNothingElse(BrokenConfig broken) {
        assertThat(broken.diagnostics().all().stream().map(BrokenConfig::line)).isEqualTo(broken.expected());
    }

    @ParameterizedTest
    @MethodSource("broken")
    void isExpectedToHaveAnError(BrokenConfig broken) {
        assertThat(broken.expected()).anyMatch(line -> line.startsWith("error "));
    }

    @Test
    void findsTheFolder() {
        assertThat(broken()).hasSizeGreaterThan(25);
    }
}
