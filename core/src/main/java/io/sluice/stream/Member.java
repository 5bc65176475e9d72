package io.sluice.stream;

import org.jspecify.annotations.Nullable;

import io.sluice.session.Outcome;
import io.sluice.time.Timer;

/// What a generation waits for before it retires: a session, a flow, an exchange. Confined to its worker's event loop.
///
/// It is its own timer and its own node in the list of its [WorkerGeneration].
public abstract class Member extends Timer {

    @Nullable Member previousMember;

    @Nullable Member nextMember;

    /// For what extends this.
    protected Member() {}

    /// Ends it, however far it has come. Idempotent.
    public abstract void close(Outcome why);

    /// Its own code has thrown: ends it as an internal error.
    @Override
    protected abstract void onFault(Throwable fault);
}
