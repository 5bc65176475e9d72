package io.sluice.variable;

import org.jspecify.annotations.Nullable;

import io.sluice.session.Variable;

/// Whatever has variables: a session, a flow, an exchange. Confined to its worker's event loop.
///
/// An implementation keeps the values' holder in a field that stays null until it is asked for, so that a session whose
/// configuration has no maps pays nothing:
///
///     public VariableValues variableValues() {
///         if (values == null) values = generation.variables().newValues();
///         return values;
///     }
public interface VariableSource {

    /// The present value of a variable, as bytes ([ByteText]); only variables of the table's own kind are asked for.
    ///
    /// @return null when there is none: an empty text, and `-` in a log line
    @Nullable String value(Variable variable);

    /// What maps, `set` and captures gave this session; created at the first call.
    VariableValues variableValues();
}
