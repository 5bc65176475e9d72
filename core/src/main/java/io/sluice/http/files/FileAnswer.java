package io.sluice.http.files;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LogLevel;

/// What a request for a file leads to. Immutable, but for the open file.
public sealed interface FileAnswer {

    /// The file is sent; whoever gets this closes it.
    record Serve(String path, OpenedFile file) implements FileAnswer {}

    /// 301 to the same with a slash.
    ///
    /// @param location path and arguments, escaped; `absolute_redirect` is the receiver's matter
    record RedirectToDirectory(String location) implements FileAnswer {}

    /// The request goes on with another URI, its location found anew.
    ///
    /// @param args replace the request's
    record InternalRedirect(String uri, String args) implements FileAnswer {}

    /// The request goes on in `location @name`.
    ///
    /// @param name without the sign
    record NamedLocation(String name) implements FileAnswer {}

    /// `try_files` found something: the request goes on in the same location, with this as its `$uri`.
    ///
    /// @param appended see [FileRequest#appended]
    record UseUri(String uri, boolean appended) implements FileAnswer {}

    /// An error page.
    ///
    /// @param level of the message
    /// @param message for the error log; null: nothing is logged
    record Failure(int status, LogLevel level, @Nullable String message) implements FileAnswer {}
}
