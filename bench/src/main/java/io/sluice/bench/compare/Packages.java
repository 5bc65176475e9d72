package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Installs Debian packages that are missing. Used during start-up only.
final class Packages {

    private Packages() {}

    /// Makes sure that a program is there.
    ///
    /// @throws IOException when it is not and cannot be
    static void require(String program, String... packages) throws IOException, InterruptedException {
        if (isInstalled(program)) {
            return;
        }
        List<String> install = new ArrayList<>(List.of("apt-get", "install", "-y", "--no-install-recommends"));
        install.addAll(List.of(packages));
        if (!Command.isRoot() || !isInstalled("apt-get")) {
            throw new IOException(program + " is missing: run '" + String.join(" ", install) + "' as root");
        }
        System.err.println("bench: " + program + " is missing, running '" + String.join(" ", install) + "'");
        Command.run(install).orFail();
    }

    static boolean isInstalled(String program) {
        for (String directory : System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").split(":", -1)) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }
}
