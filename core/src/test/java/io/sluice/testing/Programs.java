package io.sluice.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/// Programs of this machine that a user would put in front of a proxy. Thread-safe: no state.
public final class Programs {

    private static final long SECONDS = 60;

    private Programs() {}

    /// Whether a program is on the path.
    public static boolean isInstalled(String name) {
        return Stream.of(System.getenv("PATH").split(":", -1)).anyMatch(path -> Files.isExecutable(Path.of(path, name)));
    }

    /// What a program writes to its standard output, with this on its standard input; it has to end with 0.
    public static String output(Path directory, String input, List<String> command) {
        try {
            Path errors = Files.createTempFile(directory, "stderr", "");
            Path in = Files.createTempFile(directory, "stdin", "");
            Path out = Files.createTempFile(directory, "stdout", "");
            Files.writeString(in, input);
            Process process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(errors.toFile())
                    .start();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " does not end: " + Files.readString(errors));
            }
            String written = Files.readString(out, StandardCharsets.ISO_8859_1);
            assertThat(process.exitValue()).as("%s: %s%s", command, written, Files.readString(errors)).isZero();
            return written;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
