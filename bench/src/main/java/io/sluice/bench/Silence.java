package io.sluice.bench;

import io.sluice.config.model.LogLevel;
import io.sluice.session.ErrorSink;

/// Takes no messages, for benchmarks of what may have some. Thread-safe.
public final class Silence implements ErrorSink {

    /// Silence.
    public Silence() {}

    @Override
    public boolean admits(LogLevel level) {
        return false;
    }

    @Override
    public void log(LogLevel level, long connection, String message) {
        throw new IllegalStateException("no level is admitted");
    }
}
