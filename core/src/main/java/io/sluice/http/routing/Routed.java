package io.sluice.http.routing;

import org.jspecify.annotations.Nullable;

/// What routing has come to. Immutable.
///
/// @param <T> what is attached to a location
public sealed interface Routed<T> {

    /// The location whose configuration the request has now: its `error_page`, its logs, its headers.
    Location<T> location();

    /// The location's handler makes the response.
    record Continue<T>(Location<T> location) implements Routed<T> {}

    /// A redirect. A URL that begins with a slash is made absolute as `absolute_redirect` says. Nothing in the URL can end a
    /// header field.
    ///
    /// @param url may be empty (`return 301;`)
    record Redirect<T>(Location<T> location, int status, String url) implements Routed<T> {}

    /// A response.
    ///
    /// @param text the body, to which `error_page` does not apply; null: the page for the status, to which it does
    record Respond<T>(Location<T> location, int status, @Nullable String text) implements Routed<T> {}

    /// `return 444`: the connection is closed without a response.
    record CloseSilently<T>(Location<T> location) implements Routed<T> {}

    /// 500, "rewrite or internal redirection cycle".
    record TooManyCycles<T>(Location<T> location) implements Routed<T> {}

    /// 500, "the rewritten URI has a zero length".
    record EmptyUri<T>(Location<T> location) implements Routed<T> {}
}
