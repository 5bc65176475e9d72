package io.sluice.variable;

/// One `set`, compiled: an assignment that a server makes for each of its sessions. Immutable.
public final class SetVariable {

    private final int slot;

    private final Template value;

    SetVariable(int slot, Template value) {
        this.slot = slot;
        this.value = value;
    }

    /// Evaluates the value and assigns it; a map of the same name is not consulted any more in this session.
    public void assign(VariableSource source) {
        String evaluated = value.evaluate(source);
        source.variableValues().assign(slot, evaluated);
    }
}
