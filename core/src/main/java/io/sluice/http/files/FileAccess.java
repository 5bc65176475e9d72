package io.sluice.http.files;

import org.jspecify.annotations.Nullable;

/// What is needed of a file system. Confined to its worker's event loop.
///
/// Paths are strings of bytes. The calls block, as nginx's do without `aio`.
public interface FileAccess {

    /// Opens for reading; never blocks on a pipe. Nothing to close where it failed or is no file.
    OpenedFile open(String path);

    /// What a path leads to, symbolic links followed.
    FileStatus status(String path);

    /// The path without symbolic links; null when it leads nowhere.
    @Nullable String realPath(String path);
}
