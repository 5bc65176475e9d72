package io.sluice.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

/// System calls of a worker of this process that the kernel fails now and then, by strace(1), for what no test can make a
/// real kernel do. Confined to one thread: the test's.
///
///     try (FailingCalls calls = FailingCalls.ofWorker("sendto,sendmsg", "ENOBUFS", "2+2")) {   // every second one
///
/// Where there is no strace, or nobody may trace, the test is left out.
public final class FailingCalls implements AutoCloseable {

    private static final Path THREADS = Path.of("/proc/self/task");

    private static final int SECONDS = 10;

    private final Process strace;

    private FailingCalls(Process strace) {
        this.strace = strace;
    }

    /// Begins; returns when the worker is being traced. There has to be one worker.
    ///
    /// @param calls names by strace, separated by commas
    /// @param error its name in errno(3)
    /// @param when which of them: the first, then every so many (`2+3`)
    public static FailingCalls ofWorker(String calls, String error, String when) {
        if (!Programs.isInstalled("strace")) {
            abort("strace is not installed");
        }
        try {
            Process strace = new ProcessBuilder(
                            "strace", "-o", "/dev/null", "-p", Long.toString(worker()), "-e", "trace=" + calls, "-e",
                            "inject=" + calls + ":error=" + error + ":when=" + when)
                    .redirectErrorStream(true)
                    .start();
            BufferedReader said = new BufferedReader(new InputStreamReader(strace.getInputStream(), StandardCharsets.UTF_8));
            String line = said.readLine();
            if (line == null || !line.contains("attached")) {
                strace.destroy();
                abort("strace may not trace here: " + line);
            }
            return new FailingCalls(strace);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long worker() throws IOException {
        try (Stream<Path> threads = Files.list(THREADS)) {
            List<Path> workers = threads.filter(thread -> name(thread).startsWith("sluice-worker")).toList();
            assertThat(workers).as("threads of workers").hasSize(1);
            return Long.parseLong(workers.getFirst().getFileName().toString());
        }
    }

    private static String name(Path thread) {
        try {
            return Files.readString(thread.resolve("comm"));
        } catch (IOException _) {
            // It has ended.
            return "";
        }
    }

    /// Lets the calls be; returns when the worker is traced no more.
    @Override
    public void close() {
        strace.destroy();
        try {
            assertThat(strace.waitFor(SECONDS, TimeUnit.SECONDS)).as("strace ends").isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
