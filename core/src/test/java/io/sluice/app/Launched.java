package io.sluice.app;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.sluice.transport.linux.ProcessCalls;
import io.sluice.transport.linux.Signal;

import static org.assertj.core.api.Assertions.assertThat;

/// `scripts/sluice` as a child process. Confined to one thread: the test's.
final class Launched implements AutoCloseable {

    /// Long enough for a slow machine, and for the build that the first start of a fresh tree does.
    private static final int SECONDS = 60;
    private static final int BUILD_SECONDS = 900;

    private final Process process;

    private final Path out;

    private final BlockingQueue<String> errorLines = new LinkedBlockingQueue<>();

    private final List<String> seen = new ArrayList<>();

    private Launched(Process process, Path out) {
        this.process = process;
        this.out = out;
        Thread.ofVirtual().start(() -> {
            try (BufferedReader lines = process.errorReader()) {
                lines.lines().forEach(errorLines::add);
            } catch (IOException | UncheckedIOException e) {
                errorLines.add("(standard error could not be read: " + e + ")");
            }
        });
    }

    /// What a command that ends by itself came to. Immutable.
    record Result(int exitCode, String out, String err) {}

    static Path script() {
        return Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .map(directory -> directory.resolve("scripts/sluice"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
    }

    /// Builds now what the first start would build otherwise.
    static void build() throws Exception {
        Process build = new ProcessBuilder(script().toString(), "-v")
                .redirectErrorStream(true)
                .start();
        String output = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(build.waitFor(BUILD_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(build.exitValue()).as(output).isZero();
    }

    static Result run(Path directory, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(script().toString()));
        command.addAll(List.of(arguments));
        return run(directory, command);
    }

    static Result run(Path directory, List<String> command) throws Exception {
        Path out = Files.createTempFile("out", "");
        Path err = Files.createTempFile("err", "");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " does not end");
            }
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /// Starts a server.
    static Launched start(Path directory, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(script().toString()));
        command.addAll(List.of(arguments));
        return start(directory, command);
    }

    static Launched start(Path directory, List<String> command) throws IOException {
        Path out = Files.createTempFile("out", "");
        return new Launched(
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectOutput(out.toFile())
                        .start(),
                out);
    }

    int pid() {
        return (int) process.pid();
    }

    void signal(Signal signal) {
        assertThat(new ProcessCalls().kill(pid(), signal.number())).isZero();
    }

    /// Waits for a line on standard error that contains this.
    String awaitLine(String part) throws InterruptedException {
        while (true) {
            String line = errorLines.poll(SECONDS, TimeUnit.SECONDS);
            assertThat(line).as("a line with \"%s\" after %s", part, seen).isNotNull();
            seen.add(line);
            if (line.contains(part)) {
                return line;
            }
        }
    }

    /// Waits for a file with whole content, as the pid file promises to have from its first moment.
    String awaitFile(Path file) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!Files.exists(file)) {
            assertThat(System.nanoTime()).as("no %s; %s", file, errorLines).isLessThan(deadline);
            assertThat(process.isAlive()).as("ended: %s", errorLines).isTrue();
            Thread.onSpinWait();
        }
        return Files.readString(file);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// Waits for the end; the exit code.
    int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("does not end; %s", errorLines).isTrue();
        return process.exitValue();
    }

    /// Waits until standard output contains this; all of it then.
    String awaitOutput(String part) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (true) {
            String output = standardOutput();
            if (output.contains(part)) {
                return output;
            }
            assertThat(System.nanoTime()).as("no \"%s\" in %s; %s", part, output, errorLines).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /// What was written to standard output so far.
    String standardOutput() throws IOException {
        return Files.readString(out);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.delete(out);
    }
}
