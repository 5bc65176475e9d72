package io.sluice.config.syntax;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Map;

/// Says in nginx's words why a file could not be read. Immutable.
public final class FileFailure {

    static final String IS_A_DIRECTORY = "Is a directory";

    static final String ILLEGAL_SEQUENCE = "Invalid or incomplete multibyte or wide character";

    /// Linux's numbers; the JDK passes on the text of strerror(3) only.
    private static final Map<String, Integer> ERRNO_BY_TEXT = Map.of(
            "Input/output error", 5,
            "Not a directory", 20,
            IS_A_DIRECTORY, 21,
            "Too many open files in system", 23,
            "Too many open files", 24,
            "File name too long", 36,
            "Too many levels of symbolic links", 40,
            ILLEGAL_SEQUENCE, 84);

    private FileFailure() {}

    /// The message: `open() "x.conf" failed (2: No such file or directory)`.
    public static String message(String path, IOException failure) {
        String reason = reason(failure);
        String call = reason.endsWith(IS_A_DIRECTORY) ? "pread()" : "open()"; // Linux opens a directory, and refuses to read it
        return call + " \"" + path + "\" failed (" + reason + ")";
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "2: No such file or directory";
            case AccessDeniedException _ -> "13: Permission denied";
            case FileSystemException e when e.getReason() != null -> withErrno(e.getReason());
            default -> withErrno(String.valueOf(failure.getMessage()));
        };
    }

    /// The JDK adds to some texts, so the longest known beginning counts.
    private static String withErrno(String text) {
        return ERRNO_BY_TEXT.keySet().stream()
                .filter(text::startsWith)
                .max((a, b) -> Integer.compare(a.length(), b.length()))
                .map(known -> ERRNO_BY_TEXT.get(known) + ": " + known)
                .orElse(text);
    }
}
