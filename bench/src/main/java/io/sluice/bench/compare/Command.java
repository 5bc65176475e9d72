package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A program that is run to its end. Immutable.
///
/// @param output standard output and standard error as they came
record Command(List<String> arguments, int exitCode, String output) {

    /// Runs a program and waits for it.
    static Command run(String... arguments) throws IOException, InterruptedException {
        return run(List.of(arguments));
    }

    /// Runs a program and waits for it.
    static Command run(List<String> arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(arguments).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Command(arguments, process.waitFor(), output);
    }

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /// Insists on success.
    ///
    /// @throws IOException with the output
    Command orFail() throws IOException {
        if (exitCode != 0) {
            throw new IOException(
                    String.join(" ", arguments) + " ended with " + exitCode + ": " + output.strip());
        }
        return this;
    }

    String firstLine() throws IOException {
        return orFail().output().lines().findFirst().orElse("");
    }
}
