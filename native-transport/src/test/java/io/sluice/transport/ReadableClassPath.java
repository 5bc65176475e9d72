package io.sluice.transport;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The test's own class path for a process that becomes somebody else, who may not read what lies below root's home: with
/// copies of the directories of classes that everybody may read. Thread-safe.
public final class ReadableClassPath implements AutoCloseable {

    private final Path directory;

    private final List<String> entries = new ArrayList<>();

    /// Copies.
    public ReadableClassPath() throws IOException {
        directory = Files.createTempDirectory("classes");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                Path copy = directory.resolve(Integer.toString(entries.size()));
                copy(path, copy);
                entries.add(copy.toString());
            } else {
                entries.add(entry);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    /// For `-cp`.
    @Override
    public String toString() {
        return String.join(File.pathSeparator, entries);
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
