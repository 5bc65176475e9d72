package io.sluice.http.routing;

import org.jspecify.annotations.Nullable;

/// Finds arguments and cookies by name, as nginx does: without regard to case, and without decoding. Immutable.
///
/// Only the value that is found is allocated.
public final class RequestParameters {

    private RequestParameters() {}

    /// `$arg_name`: the value of the first `name=value` of the arguments; null when there is none.
    public static @Nullable String argument(String args, String name) {
        for (int start = 0; start >= 0 && start < args.length(); start = next(args, start)) {
            int end = start + name.length();
            if (end < args.length() && args.charAt(end) == '=' && isAt(args, start, name)) {
                int ampersand = args.indexOf('&', end);
                return args.substring(end + 1, ampersand < 0 ? args.length() : ampersand);
            }
        }
        return null;
    }

    /// `$cookie_name`: the value in one `Cookie` field; null when that has none of the name.
    public static @Nullable String cookie(String field, String name) {
        int at = 0;
        while (at < field.length()) {
            if (isAt(field, at, name)) {
                int equals = skipSpaces(field, at + name.length());
                if (equals < field.length() && field.charAt(equals) == '=') {
                    return value(field, equals);
                }
                // What stands in the place of the equals sign has been read, though it may be a semicolon.
                at = Math.min(equals + 1, field.length());
                if (equals == field.length()) {
                    return null;
                }
            }
            while (at < field.length() && field.charAt(at) != ';' && field.charAt(at) != ',') {
                at++;
            }
            at = skipSpaces(field, at + 1);
        }
        return null;
    }

    /// `$upstream_cookie_name`: the value in one `Set-Cookie` field; null when it sets another.
    public static @Nullable String setCookie(String field, String name) {
        if (!isAt(field, 0, name)) {
            return null;
        }
        int equals = skipSpaces(field, name.length());
        return equals < field.length() && field.charAt(equals) == '=' ? value(field, equals) : null;
    }

    private static String value(String field, int equals) {
        int start = skipSpaces(field, equals + 1);
        int semicolon = field.indexOf(';', start);
        return field.substring(Math.min(start, field.length()), semicolon < 0 ? field.length() : semicolon);
    }

    private static int next(String args, int from) {
        int ampersand = args.indexOf('&', from);
        return ampersand < 0 ? -1 : ampersand + 1;
    }

    private static boolean isAt(String text, int at, String name) {
        return text.regionMatches(true, at, name, 0, name.length());
    }

    private static int skipSpaces(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        return at;
    }
}
