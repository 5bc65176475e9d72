package io.sluice.upstream;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.sluice.config.model.HttpProxyOptions.NextUpstream;
import io.sluice.upstream.RetryRules.Sent;

import static io.sluice.upstream.GroupFixture.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

class RetryRulesTest {

    private static final RetryRules DEFAULT = rules(NextUpstream.ERROR, NextUpstream.TIMEOUT);

    private static final RetryRules ALL =
            new RetryRules(EnumSet.allOf(NextUpstream.class), Duration.ZERO);

    private static RetryRules rules(NextUpstream... cases) {
        return new RetryRules(Set.of(cases), Duration.ZERO);
    }

    @Test
    void onlyTheNamedCasesGoOn() {
        assertThat(DEFAULT.goOn(NextUpstream.ERROR, Sent.IDEMPOTENT, 1, 0, 0)).isTrue();
        assertThat(DEFAULT.goOn(NextUpstream.TIMEOUT, Sent.NOTHING, 1, 0, 0)).isTrue();
        assertThat(DEFAULT.goOn(NextUpstream.INVALID_HEADER, Sent.IDEMPOTENT, 1, 0, 0)).isFalse();
        assertThat(rules().goOn(NextUpstream.ERROR, Sent.NOTHING, 1, 0, 0)).isFalse();
    }

    @Test
    void nobodyIsAskedWhenNoTryIsLeft() {
        assertThat(ALL.goOn(NextUpstream.ERROR, Sent.NOTHING, 0, 0, 0)).isFalse();
    }

    @Test
    void aPostGoesOnOnlyBeforeItIsSentOrWhenThatIsAllowed() {
        assertThat(DEFAULT.goOn(NextUpstream.ERROR, Sent.NOTHING, 1, 0, 0)).isTrue();
        assertThat(DEFAULT.goOn(NextUpstream.ERROR, Sent.NON_IDEMPOTENT, 1, 0, 0)).isFalse();
        assertThat(ALL.goOn(NextUpstream.ERROR, Sent.NON_IDEMPOTENT, 1, 0, 0)).isTrue();
        assertThat(ALL.goOn(NextUpstream.ERROR, Sent.NOT_KEPT, 1, 0, 0)).isFalse();
    }

    @Test
    void theTimeoutCountsFromTheFirstPeer() {
        RetryRules rules = new RetryRules(Set.of(NextUpstream.ERROR), Duration.ofSeconds(3));
        assertThat(rules.goOn(NextUpstream.ERROR, Sent.NOTHING, 1, SECOND, 4 * SECOND - 1)).isTrue();
        assertThat(rules.goOn(NextUpstream.ERROR, Sent.NOTHING, 1, SECOND, 4 * SECOND)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "500, true", "502, true", "503, true", "504, true", "429, true", "403, false", "404, false"
    })
    void aNamedStatusIsPassedOverUnlessItIsTheLastPeers(int status, boolean blamed) {
        assertThat(ALL.passOver(status, Sent.IDEMPOTENT, 2, 0, 0)).isTrue();
        assertThat(ALL.passOver(status, Sent.IDEMPOTENT, 1, 0, 0)).as("the last peer's answer is taken").isFalse();
        assertThat(DEFAULT.passOver(status, Sent.IDEMPOTENT, 2, 0, 0)).isFalse();
        assertThat(RetryRules.blames(status)).isEqualTo(blamed);
    }

    @ParameterizedTest
    @CsvSource({"200", "206", "304", "400", "401", "405", "501", "505"})
    void otherStatusesAreAnswers(int status) {
        assertThat(ALL.passOver(status, Sent.IDEMPOTENT, 5, 0, 0)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "ERROR, 502", "TIMEOUT, 504", "INVALID_HEADER, 502", "HTTP_500, 500", "HTTP_502, 502", "HTTP_503, 503",
        "HTTP_504, 504", "HTTP_403, 403", "HTTP_404, 404", "HTTP_429, 429"
    })
    void whatTheClientIsTold(NextUpstream cause, int status) {
        assertThat(RetryRules.status(cause)).isEqualTo(status);
    }
}
