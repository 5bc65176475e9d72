package io.sluice.transport;

/// What a loop's owner does once a turn, around the wait. Confined to its worker's event loop.
///
///     while (running) {
///         long limit = handler.beforeWait();      // timers fire here
///         wait(at most limit);
///         handler.afterWait();                    // the clock is read here
///         deliver events, run tasks
///     }
public interface TurnHandler {

    /// Does what is due.
    ///
    /// @return how long the loop may wait in nanoseconds; `Long.MAX_VALUE`: until something happens
    long beforeWait();

    /// The wait is over; events follow.
    void afterWait();

    /// Something has thrown that no [StreamHandler] answers for: this handler, a [Readiness]. The loop goes on, and what was
    /// watched is still watched.
    default void onFault(Throwable fault) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, fault);
    }

    /// Nothing to do around the wait.
    TurnHandler NONE = new TurnHandler() {
        @Override
        public long beforeWait() {
            return Long.MAX_VALUE;
        }

        @Override
        public void afterWait() {}
    };
}
