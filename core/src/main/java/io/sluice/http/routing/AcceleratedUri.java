package io.sluice.http.routing;

import org.jspecify.annotations.Nullable;

/// Where a peer's `X-Accel-Redirect` leads. Immutable.
///
/// Percent-encoding is undone in the path. What could lead out of a directory is refused, encoded or not: a name that an
/// application took from its user ends up here (ngx_http_parse_unsafe_uri).
///
/// @param path decoded, bytes one a character
/// @param args without the question mark
public record AcceleratedUri(String path, String args) {

    /// Takes the field's value apart; null when it is not safe.
    public static @Nullable AcceleratedUri parse(String text) {
        int question = text.indexOf('?');
        String raw = question < 0 ? text : text.substring(0, question);
        String args = question < 0 ? "" : text.substring(question + 1);
        String path = decode(raw);
        return path == null || path.isEmpty() || leadsOut(raw) || leadsOut(path) || path.indexOf(0) >= 0
                ? null
                : new AcceleratedUri(path, args);
    }

    /// Null: a percent sign that two hexadecimal digits do not follow.
    private static @Nullable String decode(String raw) {
        if (raw.indexOf('%') < 0) {
            return raw;
        }
        StringBuilder path = new StringBuilder(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                boolean complete = i + 2 < raw.length();
                int high = complete ? Character.digit(raw.charAt(i + 1), 16) : -1;
                int low = complete ? Character.digit(raw.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return null;
                }
                c = (char) (high << 4 | low);
                i += 2;
            }
            path.append(c);
        }
        return path.toString();
    }

    /// Whether a segment is `..`.
    private static boolean leadsOut(String path) {
        int start = 0;
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            if (end - start == 2 && path.startsWith("..", start)) {
                return true;
            }
            start = end + 1;
        }
        return false;
    }
}
