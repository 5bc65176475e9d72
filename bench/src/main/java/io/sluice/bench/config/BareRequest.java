package io.sluice.bench.config;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.RewriteStep.FileCheck;
import io.sluice.http.routing.Location;
import io.sluice.http.routing.RequestTarget;
import io.sluice.http.routing.RewriteTarget;
import io.sluice.session.HttpVariable;
import io.sluice.session.Variable;
import io.sluice.variable.VariableTable;
import io.sluice.variable.VariableValues;

/// A request of which nothing is known but its target. Confined to the benchmark's thread.
final class BareRequest implements RewriteTarget<String> {

    private final RequestTarget target = new RequestTarget();

    private final VariableValues values;

    BareRequest(VariableTable table) {
        this.values = table.newValues();
    }

    @Override
    public RequestTarget target() {
        return target;
    }

    @Override
    public void change(HttpVariable variable, String value) {
        throw new UnsupportedOperationException("set of " + variable);
    }

    @Override
    public int refusal(Location<String> location) {
        return 0;
    }

    @Override
    public boolean test(FileCheck test, String path) {
        return false;
    }

    @Override
    public @Nullable String value(Variable variable) {
        return null;
    }

    @Override
    public VariableValues variableValues() {
        return values;
    }
}
