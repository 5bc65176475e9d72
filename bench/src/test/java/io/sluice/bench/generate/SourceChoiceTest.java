package io.sluice.bench.generate;

import java.net.InetAddress;

import org.junit.jupiter.api.Test;

import io.sluice.bench.load.Sources;

import static org.assertj.core.api.Assertions.assertThat;

class SourceChoiceTest {

    private final SourceChoice choice = new SourceChoice(1_000);

    @Test
    void theKernelChoosesAsLongAsPortsSuffice() {
        assertThat(choice.sources(750, false)).isEqualTo(Sources.ANY);
    }

    @Test
    void moreConnectionsHaveMoreAddresses() {
        assertThat(choice.sources(751, false).addresses())
                .containsExactly(InetAddress.ofLiteral("127.0.0.2"), InetAddress.ofLiteral("127.0.0.3"));
        assertThat(choice.sources(100_000, false).addresses()).hasSize(134);
    }

    @Test
    void whoeverReconnectsHasMany() {
        assertThat(choice.sources(1, true).addresses()).hasSize(64);
    }
}
