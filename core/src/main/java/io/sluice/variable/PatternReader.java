package io.sluice.variable;

/// A cursor in a PCRE pattern, what has been written of its translation, and how single characters are translated.
/// Used during start-up only.
final class PatternReader {

    private static final int HIGHEST_BYTE = 0xFF;

    final String source;

    final StringBuilder out = new StringBuilder();

    int at;

    PatternReader(String source) {
        this.source = source;
    }

    boolean atEnd() {
        return at >= source.length();
    }

    /// The character at the cursor, 0 at the end.
    char peek() {
        return atEnd() ? 0 : source.charAt(at);
    }

    boolean lookingAt(String text) {
        return source.startsWith(text, at);
    }

    /// Writes `replacement` for the escape of two characters at the cursor.
    void replaceEscape(String replacement) {
        out.append(replacement);
        at += 2;
    }

    /// The character at the cursor, as the bytes it has in the configuration.
    void literal() {
        int codePoint = source.codePointAt(at);
        at += Character.charCount(codePoint);
        StringBuilder bytes = new StringBuilder();
        ByteText.append(bytes, codePoint);
        bytes.chars().forEach(value -> ByteClass.appendByte(out, value));
    }

    /// `\Q...\E`; without an end it goes to the end of the pattern.
    void quotation() {
        int end = source.indexOf("\\E", at + 2);
        int last = end < 0 ? source.length() : end;
        at += 2;
        while (at < last) {
            literal();
        }
        at = end < 0 ? last : end + 2;
    }

    void property() throws InvalidExpressionException {
        int start = at;
        boolean negated = source.charAt(at + 1) == 'P';
        at += 2;
        if (atEnd()) {
            throw error("malformed \\P or \\p sequence", start);
        }
        String name;
        if (source.charAt(at) == '{') {
            name = delimited("{}", start);
        } else {
            name = source.substring(at, at + 1);
            at++;
        }
        if (name.startsWith("^")) {
            negated = !negated;
            name = name.substring(1);
        }
        out.append(negated ? "\\P{" : "\\p{").append(name).append('}');
    }

    /// An escape that stands for one character; the cursor is on the backslash.
    int characterEscape() throws InvalidExpressionException {
        int start = at;
        char c = escapedCharacter();
        at += 2;
        int value = switch (c) {
            case 'a' -> 0x07;
            case 'e' -> 0x1B;
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case '0' -> digits(8, 2);
            case 'o' -> Integer.parseInt("0" + octalDigits(start), 8);
            case 'x' -> hexadecimal(start);
            case 'c' -> control(start);
            default -> -1;
        };
        if (value < 0) {
            if (Character.isLetterOrDigit(c) || c > 0x7F) {
                throw error("unrecognized character follows \\", start);
            }
            value = c;
        }
        if (value > HIGHEST_BYTE) {
            throw error("character value is too large", start);
        }
        return value;
    }

    int hexadecimal(int start) throws InvalidExpressionException {
        if (at < source.length() && source.charAt(at) == '{') {
            String digits = delimited("{}", start);
            if (!digits.matches("[0-9a-fA-F]{1,6}")) {
                throw error("non-hex character in \\x{}", start);
            }
            return Integer.parseInt(digits, 16);
        }
        return digits(16, 2);
    }

    String octalDigits(int start) throws InvalidExpressionException {
        String digits = at < source.length() ? delimited("{}", start) : "";
        if (!digits.matches("[0-7]{1,6}")) {
            throw error("non-octal character in \\o{}", start);
        }
        return digits;
    }

    int control(int start) throws InvalidExpressionException {
        if (at >= source.length() || source.charAt(at) > 0x7E) {
            throw error("\\c must be followed by a printable ASCII character", start);
        }
        return Character.toUpperCase(source.charAt(at++)) ^ 0x40;
    }

    /// Up to `most` digits at the cursor; 0 when there are none.
    int digits(int radix, int most) {
        int value = 0;
        for (int i = 0; i < most && at < source.length() && Character.digit(source.charAt(at), radix) >= 0; i++) {
            value = value * radix + Character.digit(source.charAt(at++), radix);
        }
        return value;
    }

    /// The character after the backslash at the cursor, which stays.
    char escapedCharacter() throws InvalidExpressionException {
        if (at + 1 >= source.length()) {
            throw error("\\ at end of pattern", at);
        }
        return source.charAt(at + 1);
    }

    /// The text between the delimiter at the cursor and its counterpart, `pairs` holding both; the cursor goes past it.
    String delimited(String pairs, int start) throws InvalidExpressionException {
        int kind = atEnd() ? -1 : pairs.indexOf(source.charAt(at));
        int end = kind < 0 || kind % 2 == 1 ? -1 : source.indexOf(pairs.charAt(kind + 1), at + 1);
        if (end < 0) {
            throw error("syntax error in a name or number", start);
        }
        String text = source.substring(at + 1, end);
        at = end + 1;
        return text;
    }

    static InvalidExpressionException error(String message, int index) {
        return new InvalidExpressionException(message, index);
    }
}
