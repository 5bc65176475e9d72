package io.sluice.http.routing;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/// A host as a request names it, in `Host` or in an absolute URI. Immutable.
///
/// What RFC 3986 allows, as nginx has it since 1.29.4: letters, digits, `-._~`, `!$&'()*+,;=` and percent-encoding, or an
/// address in brackets; then a port. Older versions let more pass.
///
/// @param name in lower case, without a dot at its end; never empty
/// @param port 0: none was written
public record HostName(String name, int port) {

    private static final String MARKS = "-_~!$&'()*+,;=";

    private static final int MAX_PORT = 65_535;

    private static final int MAX_PORT_DIGITS = 5;

    /// The host that a text names, or null: 400.
    public static @Nullable HostName parse(String text) {
        int end = text.startsWith("[") ? endOfLiteral(text) : endOfName(text);
        if (end <= 0) {
            return null;
        }
        int port = port(text, end);
        if (port < 0) {
            return null;
        }
        int length = text.charAt(end - 1) == '.' ? end - 1 : end;
        return length == 0 ? null : new HostName(lower(text, length), port);
    }

    /// Where the name ends and the port begins; -1 when it is none.
    private static int endOfName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ':') {
                return i;
            }
            if (c == '.') {
                if (i > 0 && text.charAt(i - 1) == '.') {
                    return -1;
                }
            } else if (c == '%') {
                if (!isHex(text, i + 1) || !isHex(text, i + 2)) {
                    return -1;
                }
            } else if (!isAlphanumeric(c) && MARKS.indexOf(c) < 0) {
                return -1;
            }
        }
        return text.length();
    }

    /// Past the closing bracket; -1 when it is none. An address has a colon, one of a future kind begins with a `v`.
    private static int endOfLiteral(String text) {
        boolean future = text.length() > 1 && (text.charAt(1) | ' ') == 'v';
        boolean colon = false;
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ']') {
                return colon || future ? i + 1 : -1;
            }
            colon |= c == ':';
            boolean ofAddress = c == ':' || c == '.' || isHex(text, i);
            if (!ofAddress && !(future && (isAlphanumeric(c) || MARKS.indexOf(c) >= 0))) {
                return -1;
            }
        }
        return -1;
    }

    /// The port after the name, 0 without; -1 when what follows is none.
    private static int port(String text, int end) {
        if (end == text.length()) {
            return 0;
        }
        if (text.charAt(end) != ':') {
            return -1;
        }
        int port = 0;
        for (int i = end + 1; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || i - end > MAX_PORT_DIGITS) {
                return -1;
            }
            port = port * 10 + digit;
        }
        return port > MAX_PORT ? -1 : port;
    }

    private static String lower(String text, int length) {
        String name = text.substring(0, length);
        for (int i = 0; i < length; i++) {
            if (name.charAt(i) >= 'A' && name.charAt(i) <= 'Z') {
                // Nothing but ASCII has passed.
                return name.toLowerCase(Locale.ROOT);
            }
        }
        return name;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= '0' && c <= '9') || ((c | ' ') >= 'a' && (c | ' ') <= 'z');
    }

    private static boolean isHex(String text, int index) {
        if (index >= text.length()) {
            return false;
        }
        int c = text.charAt(index);
        return (c >= '0' && c <= '9') || ((c | ' ') >= 'a' && (c | ' ') <= 'f');
    }
}
