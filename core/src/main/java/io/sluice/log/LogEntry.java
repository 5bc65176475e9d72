package io.sluice.log;

/// One line on its way to the writer: everything that it needs, and nothing of its session; or the end of a generation's
/// logs, behind its last line. Immutable.
sealed interface LogEntry permits ErrorLog.Entry, AccessLog.Entry, LogSet.End {

    /// Formats the line and writes it; called by whoever holds the lock of [Logs].
    void write();
}
