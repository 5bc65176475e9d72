package io.sluice.testing;

import java.lang.management.ManagementFactory;

import com.sun.management.ThreadMXBean;

/// Counts what the calling thread allocates. Thread-safe.
///
///     assertThat(Allocations.bytesPerCall(100_000, () -> wheel.schedule(timer, deadline))).isZero();
public final class Allocations {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final int WARM_UP_CALLS = 20_000;

    private static final int ROUNDS = 3;

    private Allocations() {}

    /// Bytes allocated by `calls` calls, after enough of them to have everything loaded and compiled.
    ///
    /// The least of three rounds: what the JVM allocates once by itself (a late link or recompilation) is not the code's.
    public static long bytes(int calls, Runnable call) {
        for (int i = 0; i < WARM_UP_CALLS; i++) {
            call.run();
        }
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < calls; i++) {
                call.run();
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    /// As [#bytes], for each call, rounded down.
    public static long bytesPerCall(int calls, Runnable call) {
        return bytes(calls, call) / calls;
    }
}
