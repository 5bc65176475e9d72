package io.sluice.http.routing;

import java.util.BitSet;

/// Percent-encoding as nginx does it: which bytes are written as `%XX`, in which part of a URI. Immutable.
///
/// Text is bytes, one a character. [#escape] gives back the text itself when nothing in it needs escaping.
public enum UriEscaping {

    /// In a path.
    PATH(" \"#%<>?\\^`{|}", true),
    /// In arguments.
    ARGUMENTS(" \"#%&+;<>?\\^`{|}", true),
    /// What no header field may hold, as a last guard of a text that is meant to be a URI already.
    CONTROLS("", false),
    /// What no request line may hold within its target, as such a guard.
    SPACES(" ", false);

    private static final String HEX = "0123456789ABCDEF";

    private static final int BYTES = 256;

    private static final int DELETE = 0x7F;

    @SuppressWarnings("ImmutableEnumChecker") // filled by the constructor and left alone
    private final BitSet escaped = new BitSet(BYTES);

    UriEscaping(String printable, boolean highBytes) {
        escaped.set(0, ' ');
        escaped.set(DELETE);
        printable.chars().forEach(escaped::set);
        if (highBytes) {
            escaped.set(DELETE, BYTES);
        }
    }

    /// The text with its bytes escaped.
    public String escape(String text) {
        int first = firstEscaped(text, 0);
        if (first == text.length()) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length() + 16);
        append(out, text);
        return out.toString();
    }

    /// As [#escape], to the end of `out`.
    void append(StringBuilder out, String text) {
        append(out, text, 0);
    }

    /// As [#append], of the text from an index on.
    void append(StringBuilder out, String text, int from) {
        int start = from;
        while (start < text.length()) {
            int end = firstEscaped(text, start);
            out.append(text, start, end);
            if (end < text.length()) {
                int value = text.charAt(end++);
                out.append('%').append(HEX.charAt(value >> 4)).append(HEX.charAt(value & 0xF));
            }
            start = end;
        }
    }

    /// What nginx does to the URL of a redirect: printable characters that were escaped without need are themselves again,
    /// up to the question mark.
    static String unescapeRedirect(String url) {
        int percent = url.indexOf('%');
        if (percent < 0) {
            return url;
        }
        StringBuilder out = new StringBuilder(url.length());
        int at = 0;
        while (at < url.length()) {
            char c = url.charAt(at++);
            if (c == '?') {
                return out.append(c).append(url, at, url.length()).toString();
            }
            if (c != '%') {
                out.append(c);
                continue;
            }
            // Of a malformed sequence nginx keeps the character after the percent sign, or nothing.
            int high = at < url.length() ? Character.digit(url.charAt(at++), 16) : 0;
            if (high < 0) {
                out.append(url.charAt(at - 1));
                continue;
            }
            int low = at < url.length() ? Character.digit(url.charAt(at++), 16) : -1;
            int value = high << 4 | low;
            if (value == '?') {
                return out.append('?').append(url, at, url.length()).toString();
            }
            if (value > '%' && value < DELETE) {
                out.append((char) value);
            } else if (value >= 0) {
                out.append(url, at - 3, at);
            }
        }
        return out.toString();
    }

    private int firstEscaped(String text, int from) {
        int at = from;
        while (at < text.length() && !escaped.get(text.charAt(at))) {
            at++;
        }
        return at;
    }
}
