package io.sluice.bench.generate;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// What came of a run. Immutable.
///
/// @param begun when counting began
/// @param intervals of a second each
/// @param total of all of them
/// @param failures what went wrong, and how often; none: every byte that was sent has come back right
/// @param environment name and value, in order
record LoadResult(
        LoadPlan plan,
        Instant begun,
        List<Interval> intervals,
        Interval total,
        Map<String, Long> failures,
        SequencedMap<String, String> environment) {

    private static final long WAITING_WITHOUT_WORD = 10;

    boolean passed() {
        return failures.isEmpty();
    }

    /// Whether nearly all has begun that was due; a few always are just about to.
    boolean keptRate() {
        return total.waiting() <= Math.max(WAITING_WITHOUT_WORD, total.units() / 100);
    }
}
