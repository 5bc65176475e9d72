package io.sluice.server;

import io.sluice.config.model.LogLevel;
import io.sluice.session.ErrorSink;

/// The error log of the newest generation, for whoever outlives generations. Thread-safe.
final class CurrentErrors implements ErrorSink {

    private volatile ErrorSink newest;

    /// @param first takes messages until a generation has its logs open
    CurrentErrors(ErrorSink first) {
        this.newest = first;
    }

    void become(ErrorSink errors) {
        newest = errors;
    }

    @Override
    public boolean admits(LogLevel level) {
        return newest.admits(level);
    }

    @Override
    public void log(LogLevel level, long connection, String message) {
        newest.log(level, connection, message);
    }
}
