package io.sluice.config.binding;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.sluice.config.model.ProxyConfig;
import io.sluice.config.syntax.BrokenConfig;
import io.sluice.config.syntax.Diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

/// Every broken configuration, from the file to the last diagnostic. Those with numbers from 100 on parse; what the binder
/// says about them is expected to the letter. Of the others the parser's part is.
class BrokenConfigTest {

    private record Outcome(Optional<ProxyConfig> config, List<String> lines) {}

    static Stream<BrokenConfig> unparsable() {
        return BrokenConfig.named("0");
    }

    static Stream<BrokenConfig> unbindable() {
        return Stream.of("1", "2", "3", "4").flatMap(BrokenConfig::named);
    }

    @ParameterizedTest
    @MethodSource("unbindable")
    void reportsWhatIsWrongAndNothingElse(BrokenConfig broken) {
        Outcome outcome = bind(broken);

        assertThat(outcome.lines()).isEqualTo(broken.expected());
        assertThat(outcome.lines()).anyMatch(line -> line.startsWith("error "));
        assertThat(outcome.config()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("unparsable")
    void doesNotBindWhatDoesNotParse(BrokenConfig broken) {
        Outcome outcome = bind(broken);

        assertThat(outcome.lines()).containsAll(broken.expected());
        assertThat(outcome.config()).isEmpty();
    }

    @Test
    void findsTheFolder() {
        assertThat(unbindable()).hasSizeGreaterThan(200);
    }

    private static Outcome bind(BrokenConfig broken) {
        Diagnostics diagnostics = new Diagnostics();
        Optional<ProxyConfig> config = new Binder(Bound.ENVIRONMENT, diagnostics).bind(broken.parse(diagnostics));
        return new Outcome(config, diagnostics.all().stream().map(BrokenConfig::line).toList());
    }
}
