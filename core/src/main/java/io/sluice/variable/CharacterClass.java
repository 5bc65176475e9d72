package io.sluice.variable;

/// Translates what stands between brackets in a PCRE pattern. Used during start-up only.
///
/// Single characters become escaped bytes, so that nothing in a class has a meaning of its own in either engine (in
/// java.util.regex `[` nests and `&&` intersects), and named classes become ranges.
final class CharacterClass {

    private final PatternReader in;

    private CharacterClass(PatternReader in) {
        this.in = in;
    }

    /// Translates the class whose bracket is at the cursor, and moves the cursor past it.
    static void translate(PatternReader in) throws InvalidExpressionException {
        new CharacterClass(in).translate();
    }

    private void translate() throws InvalidExpressionException {
        int start = in.at;
        in.at++;
        in.out.append('[');
        if (in.lookingAt("^")) {
            in.out.append('^');
            in.at++;
        }
        boolean first = true;
        // Whether a hyphen that comes next can begin a range: after a single character, not after a class or a range.
        boolean mayBeginRange = false;
        boolean inRange = false;
        while (first || !in.lookingAt("]")) {
            if (in.atEnd()) {
                throw PatternReader.error("missing terminating ] for character class", start);
            }
            if (in.lookingAt("-")) {
                inRange = mayBeginRange && endsRange(in.at + 1);
                if (inRange) {
                    in.out.append('-');
                    in.at++;
                } else {
                    in.literal();
                }
                mayBeginRange = false;
            } else {
                boolean single = classMember(start);
                mayBeginRange = single && !inRange;
                inRange = false;
            }
            first = false;
        }
        in.out.append(']');
        in.at++;
    }

    /// Whether a single character follows, one that can be the end of a range.
    private boolean endsRange(int index) {
        if (index >= in.source.length() || in.source.charAt(index) == ']' || in.source.startsWith("[:", index)) {
            return false;
        }
        if (in.source.charAt(index) != '\\' || index + 1 == in.source.length()) {
            return true;
        }
        char letter = in.source.charAt(index + 1);
        return ByteClass.escape(letter) == null && "pPQE".indexOf(letter) < 0;
    }

    /// One member of a class; returns whether it is a single character.
    private boolean classMember(int start) throws InvalidExpressionException {
        int nameEnd = posixNameEnd();
        if (nameEnd >= 0) {
            posixClass(nameEnd);
            return false;
        }
        if (in.lookingAt("[.") || in.lookingAt("[=")) {
            throw PatternReader.error("POSIX collating elements are not supported", in.at);
        }
        if (in.peek() != '\\') {
            in.literal();
            return true;
        }
        return classEscape(start);
    }

    /// Where the name ends when the cursor is on `[:name:]` or `[:^name:]`, otherwise -1.
    private int posixNameEnd() {
        if (!in.lookingAt("[:")) {
            return -1;
        }
        int end = in.at + 2 + (in.source.startsWith("^", in.at + 2) ? 1 : 0);
        while (end < in.source.length() && Character.isLetter(in.source.charAt(end))) {
            end++;
        }
        return in.source.startsWith(":]", end) ? end : -1;
    }

    private void posixClass(int nameEnd) throws InvalidExpressionException {
        String name = in.source.substring(in.at + 2, nameEnd);
        boolean negated = name.startsWith("^");
        ByteClass posix = ByteClass.posix(negated ? name.substring(1) : name);
        if (posix == null) {
            throw PatternReader.error("unknown POSIX class name", in.at);
        }
        (negated ? posix.complement() : posix).appendRanges(in.out);
        in.at = nameEnd + 2;
    }

    private boolean classEscape(int start) throws InvalidExpressionException {
        char c = in.escapedCharacter();
        ByteClass byteClass = ByteClass.escape(c);
        if (byteClass != null) {
            byteClass.appendRanges(in.out);
            in.at += 2;
            return false;
        }
        switch (c) {
            case 'Q' -> in.quotation();
            case 'E' -> in.at += 2;
            case 'p', 'P' -> in.property();
            case 'b' -> in.replaceEscape("\\x{8}");
            case '1', '2', '3', '4', '5', '6', '7' -> {
                in.at++;
                ByteClass.appendByte(in.out, in.digits(8, 3) & 0xFF);
            }
            case 'N', 'R', 'X', 'B' -> throw PatternReader.error("escape sequence is invalid in character class", start);
            default -> ByteClass.appendByte(in.out, in.characterEscape());
        }
        return "QEpP".indexOf(c) < 0;
    }
}
