package io.sluice.session;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.sluice.metrics.Metric;

import static org.assertj.core.api.Assertions.assertThat;

class OutcomeMetricTest {

    @Test
    void everyOutcomeIsCountedAndEveryCounterCanCount() {
        List<Metric> counted = everyOutcome().stream().map(Outcome::label).distinct().map(Metric::ended).toList();
        assertThat(Metric.values()).filteredOn(metric -> !metric.label().isEmpty()).hasSameElementsAs(counted);
    }

    private static List<Outcome> everyOutcome() {
        List<Outcome> outcomes = new ArrayList<>(List.of(Outcome.Plain.values()));
        for (Side side : Side.values()) {
            outcomes.add(new Outcome.Completed(side));
            outcomes.add(new Outcome.Aborted(new Failure(FailureKind.RESET, side, 0)));
            outcomes.add(new Outcome.Aborted(new Failure(FailureKind.SOCKET_ERROR, side, 0)));
        }
        for (FailureKind kind : FailureKind.values()) {
            outcomes.add(new Outcome.NotConnected(new Failure(kind, Side.UPSTREAM, 0)));
        }
        return outcomes;
    }
}
