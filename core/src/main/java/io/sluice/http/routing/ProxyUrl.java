package io.sluice.http.routing;

import org.jspecify.annotations.Nullable;

/// What a `proxy_pass` with variables gave. Immutable.
///
/// @param tls `https://`
/// @param authority host and port as they stand there, which is what `$proxy_host` is; or `unix:/path`, whose `$proxy_host` is
///     `localhost`
/// @param uri empty when there is none
public record ProxyUrl(boolean tls, String authority, String uri) {

    private static final String HTTP = "http://";

    private static final String HTTPS = "https://";

    private static final String UNIX = "unix:";

    /// Reads a URL; null when it begins like none or has no host ("invalid URL prefix", 500).
    public static @Nullable ProxyUrl parse(String url) {
        boolean tls = startsWith(url, HTTPS);
        if (!tls && !startsWith(url, HTTP)) {
            return null;
        }
        String rest = url.substring(tls ? HTTPS.length() : HTTP.length());
        if (startsWith(rest, UNIX)) {
            int colon = rest.indexOf(':', UNIX.length());
            int end = colon < 0 ? rest.length() : colon;
            return end == UNIX.length()
                    ? null
                    : new ProxyUrl(tls, rest.substring(0, end), colon < 0 ? "" : rest.substring(colon + 1));
        }
        int end = 0;
        while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
            end++;
        }
        if (end == 0) {
            return null;
        }
        String uri = rest.substring(end);
        return new ProxyUrl(tls, rest.substring(0, end), uri.startsWith("?") ? "/" + uri : uri);
    }

    private static boolean startsWith(String text, String prefix) {
        return text.regionMatches(true, 0, prefix, 0, prefix.length());
    }
}
