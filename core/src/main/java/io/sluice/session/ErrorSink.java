package io.sluice.session;

import io.sluice.config.model.LogLevel;

/// Takes messages for the error log; implemented by `io.sluice.log`. Thread-safe.
///
/// Formatting costs: ask first where the level may be off.
///
///     if (errors.admits(LogLevel.INFO)) errors.log(LogLevel.INFO, connection, "client " + address + " connected");
public interface ErrorSink {

    /// Whether any log takes messages of this level.
    boolean admits(LogLevel level);

    /// Logs a message.
    ///
    /// @param connection the session's number, printed as nginx's `*n`; 0: none
    void log(LogLevel level, long connection, String message);

    /// Logs a message that belongs to no session.
    default void log(LogLevel level, String message) {
        log(level, 0, message);
    }
}
