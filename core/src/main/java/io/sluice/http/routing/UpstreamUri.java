package io.sluice.http.routing;

/// The URI that a proxied request carries (ngx_http_proxy_create_request). Thread-safe: no state.
public final class UpstreamUri {

    private UpstreamUri() {}

    /// The URI of a request to a peer.
    ///
    /// @param location whose name is replaced
    /// @param uri the URI part of `proxy_pass`; empty: it has none
    public static String of(RequestTarget target, Location<?> location, String uri) {
        if (uri.isEmpty() && target.isRawValid()) {
            return target.raw();
        }
        boolean replaces = target.isLocationValid() && !uri.isEmpty();
        String rest = replaces
                ? target.path().substring(Math.min(location.name().length(), target.path().length()))
                : target.path();
        String escaped = target.isQuoted() || target.isInternal() ? UriEscaping.PATH.escape(rest) : rest;
        String path = replaces ? uri + escaped : escaped;
        return target.args().isEmpty() ? path : path + '?' + target.args();
    }
}
