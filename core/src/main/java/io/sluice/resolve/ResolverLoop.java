package io.sluice.resolve;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import org.jspecify.annotations.Nullable;

/// Resolves names while the server runs, by DNS servers of the configuration's: one for the process, with a thread of its own
/// that starts when a configuration with a `resolver` becomes effective, at the latest with the first question. Thread-safe.
///
/// A name is asked for once, however many want it, and its answer kept for as long as it holds; it outlives generations.
///
///     Answer known = resolver.known(question, now);
///     if (known == null) asked = resolver.ask(question, timeoutNanos, answer -> ...);     // on the resolver's thread
///
/// An answer is always given: with addresses, with the servers' refusal, or with [LookupError#TIMED_OUT].
public final class ResolverLoop implements AutoCloseable {

    private static final long LEAST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ConcurrentMap<Question, Answer> answers = new ConcurrentHashMap<>();

    /// The newest answer to each watch that was found, whoever was asked. As many as configurations have had names.
    private final ConcurrentMap<Name, Answer> newest = new ConcurrentHashMap<>();

    // Both under the monitor.
    private @Nullable Running running;

    private boolean closed;

    /// One that has not been asked anything yet.
    public ResolverLoop() {
        // The thread is not started before it has something to do.
    }

    /// What a watch asks for, without whom.
    private record Name(String name, String service) {

        static Name of(Question question) {
            return new Name(question.name(), question.service());
        }
    }

    /// The thread and what is confined to it.
    private final class Running {

        private final EventLoop loop = new SingleThreadIoEventLoop(
                null, Thread.ofPlatform().daemon().name("sluice-resolver").factory(), NioIoHandler.newFactory());

        /// Made on the thread itself: it takes Netty some time.
        private @Nullable LookupTable table;

        private LookupTable table() {
            LookupTable present = table;
            if (present == null) {
                present = new LookupTable(loop, answers);
                table = present;
            }
            return present;
        }

        private void execute(Runnable task) {
            try {
                loop.execute(task);
            } catch (RejectedExecutionException _) {
                // It is being closed: nobody wants to know any more.
            }
        }

        private void schedule(Runnable task, long pauseNanos) {
            try {
                var _ = loop.schedule(task, pauseNanos, TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException _) {
                // Likewise.
            }
        }

        private void end() {
            execute(() -> {
                LookupTable present = table;
                if (present != null) {
                    present.close();
                }
            });
            var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    /// Starts the thread, if it does not run, so that the first session that wants a name does not wait for that.
    public void start() {
        Running resolving = running();
        if (resolving != null) {
            resolving.execute(resolving::table);
        }
    }

    /// The answer of a question that was asked before, as long as it holds.
    public @Nullable Answer known(Question question, long nowNanos) {
        Answer answer = answers.get(question);
        return answer != null && answer.isValid(nowNanos) ? answer : null;
    }

    /// The addresses that a question's last answer had, whether it still holds or not; if these servers were never asked, those
    /// that others have told a watch, so that a change of `resolver` leaves nobody without peers.
    public @Nullable Answer last(Question question) {
        Answer own = answers.get(question);
        return own == null ? newest.get(Name.of(question)) : own;
    }

    /// Asks.
    ///
    /// @param timeoutNanos after which the answer is that there is none
    /// @param sink called once, on the resolver's thread
    public Asked ask(Question question, long timeoutNanos, Consumer<Answer> sink) {
        Running resolving = running();
        long deadline = System.nanoTime() + timeoutNanos;
        if (resolving == null) {
            return new Asked(question, deadline, Runnable::run, sink);
        }
        Asked asked = new Asked(question, deadline, resolving::execute, sink);
        resolving.execute(() -> resolving.table().join(asked));
        return asked;
    }

    /// Asks, and asks again whenever the answer holds no longer, until the watch is stopped.
    ///
    /// A name that does not exist is asked for again after `valid`, or ten seconds; after any other failure after
    /// `resolver_timeout`, as in nginx.
    ///
    /// @param sink called on the resolver's thread
    public Watch watch(Question question, long timeoutNanos, Consumer<Answer> sink) {
        Watch watch = new Watch(question, timeoutNanos, sink);
        onTable(table -> table.watch(question));
        watch.ask();
        return watch;
    }

    /// A name that is looked up again and again. Thread-safe.
    public final class Watch {

        private final Question question;

        private final long timeoutNanos;

        private final Consumer<Answer> sink;

        private volatile boolean stopped;

        private volatile @Nullable Asked asked;

        private Watch(Question question, long timeoutNanos, Consumer<Answer> sink) {
            this.question = question;
            this.timeoutNanos = timeoutNanos;
            this.sink = sink;
        }

        /// Asks no more. Idempotent.
        public synchronized void stop() {
            if (stopped) {
                return;
            }
            stopped = true;
            onTable(table -> table.unwatch(question));
            Asked waitsFor = asked;
            if (waitsFor != null) {
                waitsFor.cancel();
            }
        }

        private void ask() {
            if (!stopped) {
                asked = ResolverLoop.this.ask(question, timeoutNanos, this::onAnswer);
            }
        }

        private void onAnswer(Answer answer) {
            if (stopped) {
                return;
            }
            if (answer.error() == null) {
                newest.put(Name.of(question), answer);
            } else if (answer.error() == LookupError.NOT_FOUND) {
                newest.remove(Name.of(question));
            }
            try {
                sink.accept(answer);
            } finally {
                boolean told = answer.error() == null || answer.error() == LookupError.NOT_FOUND;
                long pause = told ? answer.validUntilNanos() - System.nanoTime() : timeoutNanos;
                Running resolving = running();
                if (resolving != null) {
                    resolving.schedule(this::ask, Math.max(LEAST_PAUSE_NANOS, pause));
                }
            }
        }
    }

    private void onTable(Consumer<LookupTable> action) {
        Running resolving = running();
        if (resolving != null) {
            resolving.execute(() -> action.accept(resolving.table()));
        }
    }

    private synchronized @Nullable Running running() {
        if (closed) {
            return null;
        }
        Running present = running;
        if (present == null) {
            present = new Running();
            running = present;
        }
        return present;
    }

    /// Ends the thread; who still waits gets no answer. Idempotent.
    @Override
    public void close() {
        Running present;
        synchronized (this) {
            closed = true;
            present = running;
            running = null;
        }
        if (present != null) {
            present.end();
        }
    }
}
