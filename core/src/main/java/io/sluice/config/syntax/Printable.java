package io.sluice.config.syntax;

/// Text from a configuration made fit for a terminal. Immutable.
final class Printable {

    private static final char REPLACEMENT = '\uFFFD';

    private Printable() {}

    /// A message on one line: control characters, which a terminal would obey, as escapes.
    static String message(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (Character.isISOControl(c)) {
                        out.append(String.format("\\x%02x", c));
                    } else {
                        out.appendCodePoint(valid(c));
                    }
                }
            }
        });
        return out.toString();
    }

    /// A source line, character for character, so that columns stay; tabs are kept.
    static String line(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c -> out.appendCodePoint(Character.isISOControl(c) && c != '\t' ? REPLACEMENT : valid(c)));
        return out.toString();
    }

    /// Half a surrogate pair (a byte that is no UTF-8, see [SourceText]) cannot be written.
    static String text(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> out.appendCodePoint(valid(c)));
        return out.toString();
    }

    private static int valid(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE ? REPLACEMENT : codePoint;
    }
}
