package io.sluice.bench.compare;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

import picocli.CommandLine.Model.CommandSpec;

/// How a command was called. Immutable.
///
/// @param name of the command
/// @param command the whole line
/// @param home of the tree that it belongs to
record Invocation(String name, String command, Path home) {

    private static final DateTimeFormatter IN_FILE_NAMES = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    static Invocation of(CommandSpec spec) {
        return new Invocation(
                spec.name(),
                "scripts/bench " + String.join(" ", spec.root().commandLine().getParseResult().originalArgs()),
                tree());
    }

    /// The tree that this program was started from.
    static Path tree() {
        return Path.of(System.getProperty("sluice.home", "")).toAbsolutePath();
    }

    /// Where its report goes when nobody says so.
    Path report() {
        return home.resolve("bench/reports/" + name + "-" + LocalDateTime.now(ZoneId.systemDefault()).format(IN_FILE_NAMES) + ".html");
    }
}
