package io.sluice.bench.compare;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// What `strace -c` prints. Immutable.
final class StraceSummary {

    /// % time, seconds, usecs/call, calls, errors where there were any, syscall.
    private static final int CALLS = 3;

    private static final int FEWEST_FIELDS = 5;

    private StraceSummary() {}

    /// Calls by name, those that took most time first.
    static SequencedMap<String, Long> parse(String summary) {
        SequencedMap<String, Long> calls = new LinkedHashMap<>();
        for (String line : summary.lines().toList()) {
            String[] fields = line.strip().split("\\s+", -1);
            String name = fields[fields.length - 1];
            if (fields.length >= FEWEST_FIELDS && Character.isDigit(fields[0].charAt(0)) && !name.equals("total")) {
                calls.merge(name, Long.parseLong(fields[CALLS]), Long::sum);
            }
        }
        return calls;
    }
}
