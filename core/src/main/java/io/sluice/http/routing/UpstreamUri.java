package io.sluice.http.routing;

/// The URI that a proxied request carries. Immutable.
///
/// With a URI in `proxy_pass` it takes the place of the location's part of the normalised path; without, the request's URI
/// goes on as it was sent, unless it was rewritten. A URL with variables that has a URI of its own is sent as it is.
///
/// Variables may bring what would end the request line, a decoded `%0D` for one. nginx sends it on; here spaces and control
/// characters are escaped.
public final class UpstreamUri {

    private UpstreamUri() {}

    /// For `proxy_pass` without variables.
    ///
    /// @param location whose name the URI replaces
    /// @param uri of `proxy_pass`; empty when it has none
    public static String of(Location<?> location, String uri, RequestTarget target) {
        if (uri.isEmpty() && target.isRawValid()) {
            return target.raw();
        }
        String path = target.path();
        // After `rewrite ... break` the path need not begin with the location's name any more.
        int replaced = uri.isEmpty() || !target.isLocationValid() ? 0 : Math.min(location.name().length(), path.length());
        String prefix = target.isLocationValid() ? uri : "";
        boolean escapes = target.isQuoted() || target.isInternal();
        if (!escapes && replaced == 0 && prefix.isEmpty() && target.args().isEmpty()) {
            return path;
        }
        StringBuilder out = new StringBuilder(prefix.length() + path.length() + target.args().length() + 16);
        out.append(prefix);
        if (escapes) {
            UriEscaping.PATH.append(out, path, replaced);
        } else {
            out.append(path, replaced, path.length());
        }
        if (!target.args().isEmpty()) {
            UriEscaping.SPACES.append(out.append('?'), target.args());
        }
        return out.toString();
    }

    /// For `proxy_pass` with variables.
    public static String of(ProxyUrl url, RequestTarget target) {
        if (!url.uri().isEmpty()) {
            return UriEscaping.SPACES.escape(url.uri());
        }
        if (target.isRawValid()) {
            return target.raw();
        }
        boolean escapes = target.isQuoted() || target.isInternal();
        String path = escapes ? UriEscaping.PATH.escape(target.path()) : target.path();
        return target.args().isEmpty() ? path : path + '?' + UriEscaping.SPACES.escape(target.args());
    }
}
