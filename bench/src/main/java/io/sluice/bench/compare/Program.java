package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A proxy that is started as a process. Immutable.
sealed interface Program extends Contender permits Nginx, Haproxy, Sluice {

    /// Makes sure that it is there; installs it where that is possible.
    ///
    /// @throws IOException when it is missing and cannot be installed, saying what to do
    void require() throws IOException, InterruptedException;

    /// What it says of its version.
    String version() throws IOException, InterruptedException;

    /// The text of a configuration that serves the three services with one worker.
    String configuration(Setup setup);

    /// Starts it in the foreground.
    List<String> command(Path configuration);

    /// Checks a configuration; exits with 0 when it is good.
    List<String> checkCommand(Path configuration);

    /// Variables added to the environment.
    default Map<String, String> environment() {
        return Map.of();
    }
}
