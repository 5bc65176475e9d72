package io.sluice.http.routing;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.RewriteStep.FileCheck;
import io.sluice.session.FieldVariable;
import io.sluice.session.HttpVariable;
import io.sluice.session.Variable;
import io.sluice.variable.VariableTable;
import io.sluice.variable.VariableValues;

/// A request whose variables a test sets. Confined to its worker's event loop.
final class FakeRequest implements RewriteTarget<String> {

    private final RequestTarget target = new RequestTarget();

    private final Map<String, String> known = new HashMap<>();

    private final VariableTable table;

    private @Nullable VariableValues values;

    private int refusal;

    FakeRequest(VariableTable table) {
        this.table = table;
    }

    FakeRequest with(String variable, String value) {
        known.put(variable, value);
        return this;
    }

    /// Every location refuses it.
    FakeRequest refused(int status) {
        refusal = status;
        return this;
    }

    @Override
    public RequestTarget target() {
        return target;
    }

    @Override
    public void change(HttpVariable variable, String value) {
        known.put(variable.variableName(), value);
    }

    @Override
    public int refusal(Location<String> location) {
        return refusal;
    }

    @Override
    public boolean test(FileCheck test, String path) {
        return path.endsWith(test.name());
    }

    @Override
    public @Nullable String value(Variable variable) {
        if (variable instanceof FieldVariable(FieldVariable.Family family, String key)
                && family == FieldVariable.Family.ARG) {
            return RequestParameters.argument(target.args(), key);
        }
        return switch (variable) {
            case HttpVariable v when v == HttpVariable.URI || v == HttpVariable.DOCUMENT_URI -> target.path();
            case HttpVariable v when v == HttpVariable.ARGS || v == HttpVariable.QUERY_STRING -> target.args();
            case HttpVariable v when v == HttpVariable.IS_ARGS -> target.isArgs();
            case HttpVariable v when v == HttpVariable.REQUEST_URI -> target.raw();
            case HttpVariable v when v == HttpVariable.SCHEME -> "http";
            case HttpVariable v when v == HttpVariable.REQUEST_METHOD -> "GET";
            case Variable v -> known.get(v.variableName());
        };
    }

    @Override
    public VariableValues variableValues() {
        if (values == null) {
            values = table.newValues();
        }
        return values;
    }
}
