package io.sluice.bench.compare;

/// Who is measured. Immutable.
sealed interface Contender permits Direct, Program {

    /// The name in tables.
    String name();

    /// Whether it can take part in what is measured.
    default boolean servesIn(Scenario scenario) {
        return true;
    }
}
