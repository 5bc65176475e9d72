package io.sluice.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Runs things at the same time and waits for all; the first failure is the test's. Thread-safe.
public final class Concurrently {

    private static final int LIMIT_SECONDS = 60;

    private Concurrently() {}

    /// Something that may fail.
    @FunctionalInterface
    public interface Task {

        void run() throws Exception;
    }

    /// Runs each in a thread of its own.
    public static void run(Task... tasks) throws Exception {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            List<Future<?>> running = new ArrayList<>();
            for (Task task : tasks) {
                running.add(threads.submit(asCallable(task)));
            }
            for (Future<?> each : running) {
                await(each);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Callable<Void> asCallable(Task task) {
        return () -> {
            task.run();
            return null;
        };
    }

    private static void await(Future<?> task) throws Exception {
        try {
            task.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("a concurrent part has failed", e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("not over within " + LIMIT_SECONDS + " s", e);
        }
    }
}
