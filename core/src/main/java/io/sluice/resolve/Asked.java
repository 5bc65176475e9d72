package io.sluice.resolve;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Somebody who waits for an answer. Thread-safe.
public final class Asked {

    private final Question question;

    private final long deadlineNanos;

    /// Runs on the resolver's thread.
    private final Executor resolver;

    /// Null once it has its answer, or wants none any more.
    private volatile @Nullable Consumer<Answer> sink;

    /// Answers at the deadline; of the resolver's thread.
    private @Nullable Future<?> timer;

    /// What it waits for; of the resolver's thread.
    private @Nullable Lookup lookup;

    /// @param resolver runs on the resolver's thread
    Asked(Question question, long deadlineNanos, Executor resolver, Consumer<Answer> sink) {
        this.question = question;
        this.deadlineNanos = deadlineNanos;
        this.resolver = resolver;
        this.sink = sink;
    }

    /// What it wants to know.
    public Question question() {
        return question;
    }

    /// Wants no answer any more; one that is on its way may still come. Nothing is kept of it for the rest of its time.
    public void cancel() {
        if (sink != null) {
            sink = null;
            resolver.execute(this::forget);
        }
    }

    private void forget() {
        stopTimer();
        Lookup waitsFor = lookup;
        if (waitsFor != null) {
            lookup = null;
            waitsFor.remove(this);
        }
    }

    boolean isWaiting() {
        return sink != null;
    }

    /// By `System.nanoTime`.
    long deadlineNanos() {
        return deadlineNanos;
    }

    /// It waits for this, until this fires.
    void waitsFor(Lookup its, Future<?> deadline) {
        lookup = its;
        timer = deadline;
    }

    /// Nobody has answered in time.
    void expire() {
        forget();
        answer(Answer.failed(LookupError.TIMED_OUT, System.nanoTime()));
    }

    /// Gives the answer, once.
    void answer(Answer answer) {
        Consumer<Answer> waiting = sink;
        sink = null;
        lookup = null;
        stopTimer();
        if (waiting != null) {
            waiting.accept(answer);
        }
    }

    private void stopTimer() {
        Future<?> its = timer;
        if (its != null) {
            timer = null;
            its.cancel(false);
        }
    }
}
