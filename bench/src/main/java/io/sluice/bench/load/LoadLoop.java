package io.sluice.bench.load;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.sluice.transport.LoopThread;
import io.sluice.transport.Transport;

/// An event loop, and how other threads have it do something and wait for it. Thread-safe.
final class LoadLoop {

    private static final long CALL_SECONDS = 30;

    private final LoopThread thread;

    private LoadLoop(LoopThread thread) {
        this.thread = thread;
    }

    static LoadLoop start(Transport transport, String name) throws IOException {
        return new LoadLoop(
                LoopThread.create(transport, Thread.ofPlatform().daemon().name(name).factory()));
    }

    /// For tasks on it.
    LoopThread thread() {
        return thread;
    }

    /// Runs a task on the loop.
    <T> T call(Callable<T> task) {
        try {
            return callChecked(task);
        } catch (IOException e) {
            throw new IllegalStateException("the load loop failed", e);
        }
    }

    /// Runs a task on the loop.
    void run(Runnable task) {
        call(() -> {
            task.run();
            return true;
        });
    }

    /// Runs a task on the loop that the kernel may refuse something.
    <T> T callChecked(Callable<T> task) throws IOException {
        try {
            return thread.submit(task).get(CALL_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException("a task on the load loop failed", e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the load loop does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    void close() {
        thread.shutdownGracefully(0, CALL_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly(CALL_SECONDS, TimeUnit.SECONDS);
    }
}
