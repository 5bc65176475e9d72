package io.sluice.bench.compare;

/// Who is measured. Immutable.
sealed interface Contender permits Direct, Program {

    /// The name in tables.
    String name();
}
