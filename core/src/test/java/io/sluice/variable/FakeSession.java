package io.sluice.variable;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.sluice.session.Variable;

/// A source of variables whose values a test sets. Confined to its worker's event loop.
public final class FakeSession implements VariableSource {

    private final Map<Variable, String> known = new HashMap<>();

    private final VariableTable table;

    private @Nullable VariableValues values;

    private int reads;

    public FakeSession(VariableTable table) {
        this.table = table;
    }

    public FakeSession with(Variable variable, String value) {
        known.put(variable, value);
        return this;
    }

    /// How often a variable of the session itself was read.
    public int reads() {
        return reads;
    }

    @Override
    public @Nullable String value(Variable variable) {
        reads++;
        return known.get(variable);
    }

    @Override
    public VariableValues variableValues() {
        if (values == null) {
            values = table.newValues();
        }
        return values;
    }
}
