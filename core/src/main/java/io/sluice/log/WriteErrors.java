package io.sluice.log;

import java.util.concurrent.TimeUnit;

import io.sluice.config.model.LogLevel;

/// Reports failed writes of one destination, once a minute, as nginx does. Confined to whoever holds the lock of [Logs].
final class WriteErrors {

    private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Reporter reporter;

    private long lastNanos;

    private boolean reported;

    WriteErrors(Reporter reporter) {
        this.reporter = reporter;
    }

    void report(LogLevel level, String message) {
        long now = System.nanoTime();
        if (!reported || now - lastNanos >= INTERVAL_NANOS) {
            reported = true;
            lastNanos = now;
            reporter.report(level, message);
        }
    }

    /// Puts a message about logging itself into the error log. Confined to whoever holds the lock of [Logs].
    @FunctionalInterface
    interface Reporter {

        void report(LogLevel level, String message);
    }
}
