package io.sluice.bench.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// Counts the system calls of some threads by strace(1), for as long as it is attached to them. Confined to the thread that
/// measures.
///
///     try (Strace strace = Strace.attach(threads, file)) {
///         letThemWork();
///         counts = strace.detach();
///     }
///
/// The threads alone, without `-f`: of a JVM that would be all of its threads, and its compilers' calls belong to no unit of
/// work.
final class Strace implements AutoCloseable {

    private final Process process;

    private final BufferedReader messages;

    private final Path summary;

    private Strace(Process process, Path summary) {
        this.process = process;
        this.messages = process.errorReader();
        this.summary = summary;
    }

    /// Counts from when this returns.
    ///
    /// @param summary a file for what it has counted
    /// @throws IOException when it is missing, or the kernel forbids it
    static Strace attach(List<Long> threads, Path summary) throws IOException {
        List<String> command = new ArrayList<>(List.of("strace", "-c", "-o", summary.toString()));
        threads.forEach(thread -> command.addAll(List.of("-p", Long.toString(thread))));
        Strace strace = new Strace(new ProcessBuilder(command).start(), summary);
        try {
            strace.awaitAttached(threads.size());
            return strace;
        } catch (IOException e) {
            strace.close();
            throw e;
        }
    }

    private void awaitAttached(int threads) throws IOException {
        StringBuilder said = new StringBuilder();
        for (int attached = 0; attached < threads; ) {
            String line = messages.readLine();
            if (line == null) {
                throw new IOException("strace does not attach: " + said.toString().strip());
            }
            said.append(line).append('\n');
            attached += line.endsWith(" attached") ? 1 : 0;
        }
    }

    /// Why nothing can be counted here; empty when it can.
    static Optional<String> unavailability(Path directory) throws InterruptedException, IOException {
        Process sleeper = new ProcessBuilder("cat").start();
        try (Strace strace = attach(List.of(sleeper.pid()), directory.resolve("strace"))) {
            strace.detach();
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } finally {
            sleeper.destroy();
        }
    }

    /// Lets go of the threads.
    ///
    /// @return calls by name
    SequencedMap<String, Long> detach() throws IOException, InterruptedException {
        process.destroy();
        process.waitFor();
        return StraceSummary.parse(Files.readString(summary));
    }

    /// Lets go of the threads, if they are held still.
    @Override
    public void close() {
        process.destroy();
    }
}
