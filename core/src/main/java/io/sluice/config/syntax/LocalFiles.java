package io.sluice.config.syntax;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/// Reads this machine's files. Thread-safe.
final class LocalFiles implements FileAccess {

    private static final Path EMPTY_FILE = Path.of("/dev/null");

    @Override
    public byte[] read(String path, int limit) throws IOException {
        Path file = pathOf(path);
        if (Files.isDirectory(file)) {
            throw new FileSystemException(path, null, FileFailure.IS_A_DIRECTORY);
        }
        // A pipe would block the start, a device never ends.
        if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isSameFile(file, EMPTY_FILE)) {
            throw new FileSystemException(path, null, "Not a regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(limit);
        }
    }

    @Override
    public List<String> glob(String pattern) {
        return new Glob(pattern).expand();
    }

    private static Path pathOf(String path) throws IOException {
        try {
            return Path.of(path);
        } catch (InvalidPathException e) {
            // The JVM's file name encoding (LANG=C) has no bytes for it.
            FileSystemException failure = new FileSystemException(path, null, FileFailure.ILLEGAL_SEQUENCE);
            failure.initCause(e);
            throw failure;
        }
    }
}
