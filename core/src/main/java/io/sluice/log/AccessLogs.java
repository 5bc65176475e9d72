package io.sluice.log;

import java.util.List;

import io.sluice.variable.VariableSource;

/// The access logs of one server. Thread-safe; called at the end of each session, on its worker.
public final class AccessLogs {

    private final List<AccessLog> logs;

    AccessLogs(List<AccessLog> logs) {
        this.logs = List.copyOf(logs);
    }

    /// Takes the session's values and hands them to the writer. Never blocks.
    ///
    /// @return how many lines were dropped because the writer was behind
    public int log(VariableSource session) {
        int dropped = 0;
        for (int i = 0; i < logs.size(); i++) {
            if (!logs.get(i).log(session)) {
                dropped++;
            }
        }
        return dropped;
    }

    List<AccessLog> logs() {
        return logs;
    }

    /// Whether nothing is logged (`access_log off`).
    public boolean isOff() {
        return logs.isEmpty();
    }
}
