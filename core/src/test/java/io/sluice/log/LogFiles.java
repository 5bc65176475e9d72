package io.sluice.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import static org.assertj.core.api.Assertions.assertThat;

/// Reads log files in tests. Thread-safe.
final class LogFiles {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final long POLL_NANOS = 1_000_000;

    private LogFiles() {}

    static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file);
    }

    /// The lines, once there are as many.
    static List<String> awaitLines(Path file, int count) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<String> lines = List.of();
        while (lines.size() < count && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL_NANOS);
            lines = Files.exists(file) ? lines(file) : List.of();
        }
        assertThat(lines).hasSizeGreaterThanOrEqualTo(count);
        return lines;
    }
}
