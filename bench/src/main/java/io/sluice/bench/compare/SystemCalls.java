package io.sluice.bench.compare;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// The system calls of one proxy in one scenario. Immutable.
///
/// @param units that were done meanwhile
/// @param calls by name
record SystemCalls(Contender contender, Scenario scenario, Unit unit, double units, SequencedMap<String, Long> calls) {

    SystemCalls {
        calls = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(calls));
    }

    /// By name.
    SequencedMap<String, Double> perUnit() {
        SequencedMap<String, Double> perUnit = new LinkedHashMap<>();
        for (Map.Entry<String, Long> call : calls.entrySet()) {
            perUnit.put(call.getKey(), call.getValue() / units);
        }
        return perUnit;
    }

    /// Of all names.
    double allPerUnit() {
        return calls.values().stream().mapToLong(Long::longValue).sum() / units;
    }
}
