package io.sluice.variable;

/// One `set` of a variable that the configuration defines, compiled. Immutable.
public final class SetVariable implements Assignment {

    private final int slot;

    private final @Nullable Variable builtIn;

    private final Template value;

    SetVariable(int slot, Template value) {
        this.slot = slot;
        this.builtIn = null;
        this.value = value;
    }

    SetVariable(Variable builtIn, Template value) {
        this.slot = VariableTable.NO_SLOT;
        this.builtIn = builtIn;
        this.value = value;
    }

    /// Evaluates the value and assigns it; a map of the same name is not consulted any more in this session.
    public void assign(VariableSource source) {
        assign(source, value.evaluate(source));
    }

    /// Assigns a value that the caller has evaluated from [#value] in a way of its own.
    public void assign(VariableSource source, String evaluated) {
        if (builtIn != null) {
            source.assign(builtIn, evaluated);
        } else {
            source.variableValues().assign(slot, evaluated);
        }
    }

    /// What is assigned.
    public Template value() {
        return value;
    }
}
