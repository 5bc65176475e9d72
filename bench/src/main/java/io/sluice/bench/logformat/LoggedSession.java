package io.sluice.bench.logformat;

import java.util.EnumMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.sluice.session.StreamVariable;
import io.sluice.session.Variable;
import io.sluice.variable.VariableSource;
import io.sluice.variable.VariableTable;
import io.sluice.variable.VariableValues;

/// A session that has ended, its values made already: what is measured is the line, not what numbers cost to print. Confined
/// to one thread.
public final class LoggedSession implements VariableSource {

    private final Map<StreamVariable, String> known = new EnumMap<>(Map.of(
            StreamVariable.REMOTE_ADDR, "192.0.2.117",
            StreamVariable.TIME_ISO8601, "2026-12-01T14:50:00+00:00",
            StreamVariable.STATUS, "200",
            StreamVariable.SESSION_OUTCOME, "downstream_closed",
            StreamVariable.BYTES_RECEIVED, "1742",
            StreamVariable.BYTES_SENT, "248112",
            StreamVariable.SESSION_TIME, "12.207",
            StreamVariable.UPSTREAM_ADDR, "198.51.100.5:5432",
            StreamVariable.UPSTREAM_CONNECT_TIME, "0.001"));

    private final VariableValues values;

    /// A session of a server whose log has the table's variables.
    public LoggedSession(VariableTable table) {
        this.values = table.newValues();
    }

    @Override
    public @Nullable String value(Variable variable) {
        return variable instanceof StreamVariable ofStream ? known.get(ofStream) : null;
    }

    @Override
    public VariableValues variableValues() {
        return values;
    }
}
