package io.sluice.testing;

import java.lang.management.ManagementFactory;

import com.sun.management.ThreadMXBean;

/// Counts what the calling thread allocates. Thread-safe.
///
///     assertThat(Allocations.bytesPerCall(100_000, () -> wheel.schedule(timer, deadline))).isZero();
public final class Allocations {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final int WARM_UP_CALLS = 20_000;

    private Allocations() {}

    /// Bytes allocated by `calls` calls, after enough of them to have everything loaded and compiled.
    public static long bytes(int calls, Runnable call) {
        for (int i = 0; i < WARM_UP_CALLS; i++) {
            call.run();
        }
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < calls; i++) {
            call.run();
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    /// As [#bytes], for each call, rounded down.
    public static long bytesPerCall(int calls, Runnable call) {
        return bytes(calls, call) / calls;
    }
}
