package io.sluice.config.syntax;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/// Failures of the file system, in nginx's words.
class FileFailureTest {

    @Test
    void namesErrnoAndItsText() {
        assertThat(FileFailure.message("x", new NoSuchFileException("x")))
                .isEqualTo("open() \"x\" failed (2: No such file or directory)");
        assertThat(FileFailure.message("x", new AccessDeniedException("x")))
                .isEqualTo("open() \"x\" failed (13: Permission denied)");
        assertThat(FileFailure.message("x", new FileSystemException("x", null, "Too many open files in system")))
                .isEqualTo("open() \"x\" failed (23: Too many open files in system)");
        assertThat(FileFailure.message("x", new FileSystemException("x", null, "Too many open files")))
                .isEqualTo("open() \"x\" failed (24: Too many open files)");
    }

    @Test
    void passesOnWhatItDoesNotKnow() {
        assertThat(FileFailure.message("x", new IOException("odd"))).isEqualTo("open() \"x\" failed (odd)");
    }

    @Test
    void knowsWhatTheJdkSaysOnLinux(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Path loop = Files.createSymbolicLink(directory.resolve("loop"), directory.resolve("loop"));
        Path tooLong = directory.resolve("x".repeat(300));

        assertThat(messageOfReading(directory)).isEqualTo("pread() \"" + directory + "\" failed (21: Is a directory)");
        assertThat(messageOfReading(file.resolve("y"))).endsWith("/file/y\" failed (20: Not a directory)");
        assertThat(messageOfReading(loop)).endsWith("/loop\" failed (40: Too many levels of symbolic links)");
        assertThat(messageOfReading(tooLong)).endsWith("x\" failed (36: File name too long)");
        assertThat(messageOfReading(directory.resolve("none"))).endsWith(" failed (2: No such file or directory)");
    }

    @Test
    void readsNoMoreThanAskedFor(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "abcdef");
        assertThat(FileAccess.local().read(file.toString(), 4)).isEqualTo(new byte[] {'a', 'b', 'c', 'd'});
        assertThat(FileAccess.local().read(file.toString(), 40)).hasSize(6);
    }

    private static String messageOfReading(Path path) {
        IOException failure =
                catchThrowableOfType(IOException.class, () -> FileAccess.local().read(path.toString(), 1));
        return FileFailure.message(path.toString(), failure);
    }
}
