package io.sluice.bench.compare;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.sluice.transport.Transport;

/// The table of what a unit of work may cost in system calls. Immutable.
///
/// @param byScenario the limits of a scenario by the names of calls; `others` is for those that have none, together
record CallLimits(Map<String, Map<String, Double>> byScenario) {

    private static final String OTHERS = "others";

    /// A line has scenario, transport, call, what was measured, and the limit.
    private static final int FIELDS = 5;

    static CallLimits read(Transport transport) throws IOException {
        Map<String, Map<String, Double>> byScenario = new HashMap<>();
        try (InputStream in = Objects.requireNonNull(CallLimits.class.getResourceAsStream("call-limits.txt"))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
                String[] fields = line.strip().split("\\s+", -1);
                if (fields.length == FIELDS && !fields[0].startsWith("#") && fields[1].equals(transport.label())) {
                    byScenario.computeIfAbsent(fields[0], _ -> new HashMap<>()).put(fields[2], Double.valueOf(fields[4]));
                }
            }
        }
        return new CallLimits(byScenario);
    }

    /// What is above its limit, a sentence each.
    List<String> exceeded(String scenario, Map<String, Object> perUnit) {
        Map<String, Double> limits = Objects.requireNonNull(byScenario.get(scenario), scenario);
        List<String> exceeded = new ArrayList<>();
        double others = 0;
        for (Map.Entry<String, Object> call : perUnit.entrySet()) {
            double made = ((Number) call.getValue()).doubleValue();
            Double limit = limits.get(call.getKey());
            if (limit == null) {
                others += made;
            } else if (made > limit) {
                exceeded.add("%s: %.3f of %s, at most %.3f".formatted(scenario, made, call.getKey(), limit));
            }
        }
        double limit = limits.getOrDefault(OTHERS, 0.0);
        if (others > limit) {
            exceeded.add("%s: %.3f of calls that have no limit, at most %.3f".formatted(scenario, others, limit));
        }
        return exceeded;
    }
}
