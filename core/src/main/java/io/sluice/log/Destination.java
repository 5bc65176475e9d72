package io.sluice.log;

import io.sluice.config.model.Position;

/// Where lines go. Confined to whoever holds the lock of [Logs].
///
/// Destinations are shared: by all logs of all generations that name the same one.
sealed interface Destination permits FileDestination, StandardErrorDestination, SyslogDestination {

    /// What distinguishes it from others: equal keys mean the same destination.
    Object key();

    /// Opens it, unless it is open.
    ///
    /// @param position where the configuration names it
    void open(Position position) throws LogOpenException;

    /// Writes a line without its end, at once.
    ///
    /// @param severity syslog's number for it, 0 (emergency) to 7 (debug)
    void write(LineBuffer line, int severity, long wallMillis);

    /// Writes what has waited in a buffer until its time came; `Long.MAX_VALUE`: whatever there is.
    void flush(long nowNanos);

    /// How long until [#flush] has something to do; `Long.MAX_VALUE` when nothing waits.
    long nanosUntilFlush(long nowNanos);

    /// Opens it anew: its file may have been moved away.
    void reopen();

    /// Writes what waits and lets go of it.
    void close();
}
