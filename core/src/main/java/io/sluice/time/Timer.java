package io.sluice.time;

import org.jspecify.annotations.Nullable;

/// Something that waits for a deadline. Confined to its worker's event loop.
///
/// Meant to be extended by the waiting object itself (a session, a flow), so that its timer costs two references and a
/// long, and no object. A timer is in one [TimerWheel] at a time.
public abstract class Timer {

    // A node of a circular list that its slot heads; both null while not scheduled.
    @Nullable Timer previousTimer;

    @Nullable Timer nextTimer;

    long deadlineNanos;

    /// For the waiting object that extends this.
    protected Timer() {}

    /// The deadline has passed; the timer is no longer scheduled and may be scheduled again from here.
    ///
    /// @param nowNanos the reading of this turn, not before the deadline
    protected abstract void onTimer(long nowNanos);

    /// [#onTimer] has thrown. Whoever can is to put things right here: no other timer suffers from it.
    protected void onFault(Throwable fault) {
        throw new IllegalStateException("a timer has failed", fault);
    }

    /// Whether [#onTimer] is still to come.
    public final boolean isScheduled() {
        return nextTimer != null;
    }
}
