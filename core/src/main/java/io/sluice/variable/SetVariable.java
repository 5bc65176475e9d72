package io.sluice.variable;

/// One `set` of a variable that the configuration defines, compiled. Immutable.
public final class SetVariable implements Assignment {

    private final int slot;

    private final Template value;

    SetVariable(int slot, Template value) {
        this.slot = slot;
        this.value = value;
    }

    /// Evaluates the value and assigns it; a map of the same name is not consulted any more in this session.
    public void assign(VariableSource source) {
        assign(value.evaluate(source), source);
    }

    /// Assigns what the caller has made of [#value] in a way of its own.
    public void assign(String evaluated, VariableSource source) {
        source.variableValues().assign(slot, evaluated);
    }

    /// What is assigned.
    public Template value() {
        return value;
    }
}
