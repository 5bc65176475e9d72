package io.sluice.bench.compare;

/// Whether something is as it is with the others. Immutable.
enum Verdict {
    ALIKE("yes"),
    UNLIKE("NO"),
    /// It could not be found out here.
    UNKNOWN("unknown");

    private final String label;

    Verdict(String label) {
        this.label = label;
    }

    /// For a table.
    String label() {
        return label;
    }
}
