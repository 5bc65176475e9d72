package io.sluice.session;

/// A variable that the program itself gives a value, as opposed to one that a configuration defines. Immutable.
public sealed interface Variable permits StreamVariable, HttpVariable, FieldVariable {

    /// The name without the dollar sign, in lower case.
    String variableName();

    /// One sentence about the value.
    String sentence();

    /// Whether it has a value yet; a configuration that names one that has none is refused.
    boolean available();
}
