package io.sluice.http.files;

/// What the kernel says about a path or an open file. Immutable.
///
/// @param error the error number, 0 when there is none
/// @param call what failed: `open()`, `stat()`, `fstat()`
/// @param modified seconds since 1970
public record FileStatus(int error, String call, Kind kind, long size, long modified) {

    /// What a path leads to.
    public enum Kind {
        REGULAR,
        DIRECTORY,
        /// A device, a pipe, a socket; or nothing, after an error.
        OTHER
    }

    /// Of something that is there.
    public static FileStatus of(Kind kind, long size, long modified) {
        return new FileStatus(0, "", kind, size, modified);
    }

    /// Of something that could not be reached.
    public static FileStatus failed(String call, int error) {
        return new FileStatus(error, call, Kind.OTHER, 0, HttpDate.UNKNOWN);
    }

    /// Whether it could not be reached.
    public boolean hasFailed() {
        return error != 0;
    }
}
