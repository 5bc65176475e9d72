package io.sluice.http.files;

/// Writes a decoded path so that it can stand in a `Location`. Immutable.
final class UriEscape {

    private static final String HEX = "0123456789ABCDEF";

    // Besides controls and bytes beyond ASCII.
    private static final String ESCAPED = " \"#%<>?\\^`{|}";

    private UriEscape() {}

    /// @param path bytes, one for each character
    static String path(String path) {
        int at = 0;
        while (at < path.length() && !isEscaped(path.charAt(at))) {
            at++;
        }
        if (at == path.length()) {
            return path;
        }
        StringBuilder text = new StringBuilder(path.length() + 16).append(path, 0, at);
        for (; at < path.length(); at++) {
            char c = path.charAt(at);
            if (isEscaped(c)) {
                text.append('%').append(HEX.charAt((c >> 4) & 0xF)).append(HEX.charAt(c & 0xF));
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private static boolean isEscaped(char c) {
        return c < ' ' || c >= 0x7F || ESCAPED.indexOf(c) >= 0;
    }
}
