package io.sluice.resolve;

import java.util.function.Consumer;

import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Somebody who waits for an answer. Thread-safe.
public final class Asked {

    private final Question question;

    private final long deadlineNanos;

    /// Null once it has its answer, or wants none any more.
    private volatile @Nullable Consumer<Answer> sink;

    /// Answers at the deadline; of the resolver's thread.
    private @Nullable Future<?> timer;

    Asked(Question question, long deadlineNanos, Consumer<Answer> sink) {
        this.question = question;
        this.deadlineNanos = deadlineNanos;
        this.sink = sink;
    }

    /// What it wants to know.
    public Question question() {
        return question;
    }

    /// Wants no answer any more; one that is on its way may still come.
    public void cancel() {
        sink = null;
    }

    boolean isWaiting() {
        return sink != null;
    }

    /// By `System.nanoTime`.
    long deadlineNanos() {
        return deadlineNanos;
    }

    void timer(Future<?> its) {
        timer = its;
    }

    /// Gives the answer, once.
    void answer(Answer answer) {
        Consumer<Answer> waiting = sink;
        Future<?> its = timer;
        sink = null;
        timer = null;
        if (its != null) {
            its.cancel(false);
        }
        if (waiting != null) {
            waiting.accept(answer);
        }
    }
}
