package io.sluice.resolve;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/// How a worker has names resolved: answers come as commands of its own loop. Confined to its worker's event loop.
///
///     Answer known = names.known(question, now);
///     if (known == null) asked = names.ask(question, timeoutNanos, this::onAnswer);     // later, on this thread
public final class WorkerNames {

    private final ResolverLoop resolver;

    private final Executor worker;

    /// @param worker runs a command on the worker's thread
    public WorkerNames(ResolverLoop resolver, Executor worker) {
        this.resolver = resolver;
        this.worker = worker;
    }

    /// The answer, if it is known and still holds.
    public @Nullable Answer known(Question question, long nowNanos) {
        return resolver.known(question, nowNanos);
    }

    /// Asks.
    ///
    /// @param sink called once, unless it is cancelled before; it must not throw
    public Asked ask(Question question, long timeoutNanos, Consumer<Answer> sink) {
        return resolver.ask(question, timeoutNanos, answer -> {
            try {
                worker.execute(() -> sink.accept(answer));
            } catch (RejectedExecutionException _) {
                // The worker has ended, and with it who asked.
            }
        });
    }
}
