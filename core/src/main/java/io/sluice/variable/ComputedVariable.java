package io.sluice.variable;

/// A variable whose value a configuration computes: `map`, `geo`, `split_clients`. Immutable.
sealed interface ComputedVariable permits MapVariable, GeoVariable, SplitVariable {

    /// Whether it is computed anew at each use, rather than once for a session.
    boolean isVolatile();

    /// The value for this session, as bytes.
    String evaluate(VariableSource session);
}
