package io.sluice.variable;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Rewrites a pattern from PCRE's notation into what RE2/J and java.util.regex both read. Used during start-up only.
///
/// Named groups become plain ones and their names are kept beside (neither engine takes all of PCRE's names); escapes
/// become bytes; character classes are spelled out. What the engines share passes through, right or wrong: they judge it,
/// and [#indexInSource] says where in the original that was.
final class PcreTranslation {

    private final PatternReader in;

    // Pairs: from this index of the output on, what comes from that index of the source.
    private final List<int[]> origins = new ArrayList<>();

    private final Map<String, Integer> names = new LinkedHashMap<>();

    private int groups;

    private int depth;

    private int highestReference;

    private int highestReferenceAt;

    private int ungreedyFlag = -1;

    private PcreTranslation(String source) {
        this.in = new PatternReader(source);
    }

    static PcreTranslation of(String source) throws InvalidExpressionException {
        PcreTranslation translation = new PcreTranslation(source);
        translation.translate();
        return translation;
    }

    String pattern() {
        return in.out.toString();
    }

    int groupCount() {
        return groups;
    }

    Map<String, Integer> names() {
        return Collections.unmodifiableMap(names);
    }

    /// Where the option letter U is, or -1.
    int ungreedyFlag() {
        return ungreedyFlag;
    }

    /// Where in the source the character at this index of [#pattern] comes from.
    int indexInSource(int index) {
        int result = 0;
        for (int[] origin : origins) {
            if (origin[0] > index) {
                break;
            }
            result = origin[1];
        }
        return index >= in.out.length() ? in.source.length() : result;
    }

    private void translate() throws InvalidExpressionException {
        while (!in.atEnd()) {
            origins.add(new int[] {in.out.length(), in.at});
            char c = in.peek();
            switch (c) {
                case '\\' -> escape();
                case '[' -> CharacterClass.translate(in);
                case '(' -> group();
                case ')' -> closeGroup();
                case '{' -> brace();
                case '.', '^', '$', '|', '*', '+', '?' -> {
                    in.out.append(c);
                    in.at++;
                }
                default -> in.literal();
            }
        }
        if (depth > 0) {
            throw PatternReader.error("missing closing parenthesis", in.source.length());
        }
        if (highestReference > groups) {
            throw PatternReader.error("reference to non-existent group", highestReferenceAt);
        }
    }

    private void closeGroup() throws InvalidExpressionException {
        if (depth == 0) {
            throw PatternReader.error("unmatched closing parenthesis", in.at);
        }
        depth--;
        in.out.append(')');
        in.at++;
    }

    /// A counted repetition, or a brace that means itself.
    private void brace() {
        int end = in.at + 1;
        while (end < in.source.length() && isDigit(in.source.charAt(end))) {
            end++;
        }
        boolean counted = end > in.at + 1;
        if (counted && end < in.source.length() && in.source.charAt(end) == ',') {
            end++;
            while (end < in.source.length() && isDigit(in.source.charAt(end))) {
                end++;
            }
        }
        if (counted && end < in.source.length() && in.source.charAt(end) == '}') {
            in.out.append(in.source, in.at, end + 1);
            in.at = end + 1;
        } else {
            in.literal();
        }
    }

    private void escape() throws InvalidExpressionException {
        int start = in.at;
        char c = in.escapedCharacter();
        ByteClass byteClass = ByteClass.escape(c);
        if (c == 'd' || c == 'w' || c == 'D' || c == 'W') {
            simpleEscape(c);
        } else if (byteClass != null) {
            in.at += 2;
            in.out.append('[');
            byteClass.appendRanges(in.out);
            in.out.append(']');
        } else if (c >= '1' && c <= '9') {
            referenceOrOctal(start);
        } else {
            namedEscape(c, start);
        }
    }

    private void namedEscape(char c, int start) throws InvalidExpressionException {
        switch (c) {
            case 'A', 'z', 'b', 'B' -> simpleEscape(c);
            case 'G' -> in.replaceEscape("\\A");
            case 'Z' -> in.replaceEscape("(?=\\x{a}?\\z)");
            case 'N' -> in.replaceEscape("[^\\x{a}]");
            case 'R' -> in.replaceEscape("(?>\\x{d}\\x{a}|[\\x{a}-\\x{d}\\x{85}])");
            // Moves where the match begins, which nobody looks at here; and the end of a quotation that never began.
            case 'K', 'E' -> in.replaceEscape("");
            case 'Q' -> in.quotation();
            case 'p', 'P' -> in.property();
            case 'k' -> {
                in.at += 2;
                namedReference(in.delimited("<>''{}", start), start);
            }
            case 'g' -> {
                in.at += 2;
                numberedOrNamedReference(start);
            }
            case 'X', 'C' -> throw PatternReader.error("\\" + c + " is not supported", start);
            default -> ByteClass.appendByte(in.out, in.characterEscape());
        }
    }

    private void simpleEscape(char c) {
        in.out.append('\\').append(c);
        in.at += 2;
    }

    private int number() {
        return in.digits(10, 4);
    }

    /// `\1`; from 10 on a number that no group has is an octal character, if it can be.
    private void referenceOrOctal(int start) throws InvalidExpressionException {
        in.at++;
        int group = number();
        if (group >= 10 && group > groups && in.source.charAt(start + 1) < '8') {
            in.at = start + 1;
            ByteClass.appendByte(in.out, in.digits(8, 3) & 0xFF);
        } else {
            reference(group, start);
        }
    }

    private void numberedOrNamedReference(int start) throws InvalidExpressionException {
        if (in.lookingAt("<") || in.lookingAt("'")) {
            throw PatternReader.error("subroutine calls are not supported", start);
        }
        String text;
        if (in.lookingAt("{")) {
            text = in.delimited("{}", start);
        } else {
            int from = in.at;
            in.at += in.lookingAt("-") ? 1 : 0;
            number();
            text = in.source.substring(from, in.at);
        }
        if (text.matches("[0-9]{1,4}")) {
            reference(Integer.parseInt(text), start);
        } else if (text.matches("-[0-9]{1,4}")) {
            reference(groups + 1 + Integer.parseInt(text), start);
        } else {
            namedReference(text, start);
        }
    }

    private void namedReference(String name, int start) throws InvalidExpressionException {
        Integer group = names.get(name);
        if (group == null) {
            throw PatternReader.error("reference to non-existent group", start);
        }
        reference(group, start);
    }

    private void reference(int group, int start) throws InvalidExpressionException {
        if (group < 1) {
            throw PatternReader.error("reference to non-existent group", start);
        }
        if (group > highestReference) {
            highestReference = group;
            highestReferenceAt = start;
        }
        // In a group of its own, lest a digit that follows be read as part of the number.
        in.out.append("(?:\\").append(group).append(')');
    }

    private void group() throws InvalidExpressionException {
        int start = in.at;
        if (in.lookingAt("(*")) {
            throw PatternReader.error("backtracking verbs and (*...) options are not supported", start);
        }
        if (!in.lookingAt("(?")) {
            in.at++;
            openGroup("(");
            groups++;
            return;
        }
        in.at += 2;
        char kind = in.peek();
        switch (kind) {
            case ':', '=', '!', '>' -> {
                in.at++;
                openGroup("(?" + kind);
            }
            case '#' -> comment(start);
            case '<' -> lookBehindOrName(start);
            case '\'' -> namedGroup(in.delimited("''", start), start);
            case 'P' -> pythonGroup(start);
            default -> options(start);
        }
    }

    private void openGroup(String opening) {
        in.out.append(opening);
        depth++;
    }

    private void comment(int start) throws InvalidExpressionException {
        int end = in.source.indexOf(')', in.at);
        if (end < 0) {
            throw PatternReader.error("missing ) after (?# comment", start);
        }
        in.at = end + 1;
    }

    private void lookBehindOrName(int start) throws InvalidExpressionException {
        if (in.lookingAt("<=") || in.lookingAt("<!")) {
            openGroup("(?" + in.source.substring(in.at, in.at + 2));
            in.at += 2;
        } else {
            namedGroup(in.delimited("<>", start), start);
        }
    }

    private void pythonGroup(int start) throws InvalidExpressionException {
        in.at++;
        if (in.lookingAt("=")) {
            namedReference(in.delimited("=)", start), start);
        } else if (in.lookingAt(">")) {
            throw PatternReader.error("subroutine calls are not supported", start);
        } else {
            namedGroup(in.delimited("<>", start), start);
        }
    }

    private void namedGroup(String name, int start) throws InvalidExpressionException {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]{0,31}")) {
            throw PatternReader.error("subpattern name expected", start);
        }
        openGroup("(");
        groups++;
        if (names.putIfAbsent(name, groups) != null) {
            throw PatternReader.error("two named subpatterns have the same name", start);
        }
    }

    /// `(?i)` and `(?i-s:...)`.
    private void options(int start) throws InvalidExpressionException {
        int from = in.at;
        while ("imsU-".indexOf(in.peek()) >= 0) {
            if (in.peek() == 'U') {
                ungreedyFlag = in.at;
            }
            in.at++;
        }
        char end = in.peek();
        if (end != ')' && end != ':') {
            throw PatternReader.error("\"(?" + (end == 0 ? "" : end) + "\" is not supported", start);
        }
        String options = in.source.substring(from, in.at);
        in.at++;
        if (end == ':') {
            openGroup("(?" + options + ":");
        } else if (!options.isEmpty()) {
            in.out.append("(?").append(options).append(')');
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
