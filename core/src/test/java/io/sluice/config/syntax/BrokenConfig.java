package io.sluice.config.syntax;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// One of the broken configurations among the test resources: `NNN-name.conf`, and beside it `NNN-name.expected` with a line for
/// every diagnostic: `severity code line:column message`. In a message `${dir}` stands for their folder. Used by tests.
public record BrokenConfig(Path file) {

    private static final Path FOLDER = folder();

    /// Those whose name begins so, in order.
    public static Stream<BrokenConfig> named(String prefix) {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files
                    .filter(file -> file.getFileName().toString().startsWith(prefix))
                    .filter(file -> file.toString().endsWith(".conf"))
                    .sorted()
                    .map(BrokenConfig::new)
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String name() {
        return file.getFileName().toString();
    }

    public List<String> expected() {
        try {
            return Files.readAllLines(Path.of(file.toString().replaceAll("conf$", "expected")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What the parser finds.
    Diagnostics diagnostics() {
        Diagnostics diagnostics = new Diagnostics();
        parse(diagnostics);
        return diagnostics;
    }

    /// Reads it.
    public ParsedConfig parse(Diagnostics diagnostics) {
        return ConfigParser.parse(file, FOLDER, Optional.empty(), FileAccess.local(), diagnostics);
    }

    /// A diagnostic in the form of the expectations.
    public static String line(Diagnostic diagnostic) {
        return "%s %s %d:%d %s"
                .formatted(
                        diagnostic.severity().name().toLowerCase(Locale.ROOT),
                        diagnostic.code(),
                        diagnostic.position().line(),
                        diagnostic.position().column(),
                        diagnostic.message().replace(FOLDER.toString(), "${dir}"));
    }

    @Override
    public String toString() {
        return name();
    }

    private static Path folder() {
        try {
            return Path.of(Objects.requireNonNull(BrokenConfig.class.getResource("/broken")).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
