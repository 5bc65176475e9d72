package io.sluice.testing;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for what another thread or process brings about. Thread-safe.
///
///     Eventually.await("the session is logged", () -> log().contains("200"));
public final class Eventually {

    /// Generous: only a test that fails waits so long.
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final long PAUSE_NANOS = 2_000_000;

    private Eventually() {}

    /// Returns as soon as the condition holds.
    public static void await(String what, BooleanSupplier condition) {
        await(() -> what, condition);
    }

    /// As [#await(String, BooleanSupplier)], with a description that may tell the state at the end.
    public static void await(Supplier<String> what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("did not happen within " + LIMIT.toSeconds() + " s: " + what.get());
            }
            java.util.concurrent.locks.LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
