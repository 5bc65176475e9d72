package io.sluice.http.files;

/// What of a request matters for finding its file. Immutable.
///
/// @param method in capitals
/// @param uri decoded and normalised, as bytes; begins with a slash
/// @param args behind the question mark, empty without
/// @param rewritten `rewrite` changed the URI in this location, so that the location's prefix says nothing about it
/// @param appended the URI was found by `try_files` and is appended to an `alias` that otherwise is the whole path
///     ([FileAnswer.UseUri])
public record FileRequest(String method, String uri, String args, boolean rewritten, boolean appended) {

    /// What files are served for.
    boolean isForFiles() {
        return switch (method) {
            case "GET", "HEAD", "POST" -> true;
            default -> false;
        };
    }

    boolean isForDirectory() {
        return uri.endsWith("/");
    }
}
