package io.sluice.app;

import java.io.PrintStream;

import io.sluice.config.model.LogLevel;
import io.sluice.session.ErrorSink;

/// Messages on standard error in the form that nginx uses before a log is open: `sluice: [emerg] text`. Thread-safe.
record StandardErrorLog(PrintStream out, LogLevel threshold) implements ErrorSink {

    StandardErrorLog(LogLevel threshold) {
        this(System.err, threshold);
    }

    @Override
    public boolean admits(LogLevel level) {
        return level.atLeast(threshold);
    }

    @Override
    public void log(LogLevel level, long connection, String message) {
        if (admits(level)) {
            out.println("sluice: [" + level.label() + "] " + (connection == 0 ? "" : "*" + connection + " ") + message);
        }
    }
}
