package io.sluice.variable;

import java.util.BitSet;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/// A set of bytes that PCRE has a short name for. Immutable.
///
/// The engines disagree about some of them (`\s`, `\h`, `\v`, POSIX classes), so that they are spelled out.
final class ByteClass {

    private static final int BYTES = 256;

    private static final ByteClass DIGIT = of("09");

    private static final ByteClass WORD = of("09AZ__az");

    private static final ByteClass SPACE = of("\t\r  ");

    private static final ByteClass HORIZONTAL = of("\t\t  \u00A0\u00A0");

    private static final ByteClass VERTICAL = of("\n\r\u0085\u0085");

    private static final Map<String, ByteClass> POSIX = Map.ofEntries(
            Map.entry("alpha", of("AZaz")),
            Map.entry("digit", DIGIT),
            Map.entry("alnum", of("09AZaz")),
            Map.entry("upper", of("AZ")),
            Map.entry("lower", of("az")),
            Map.entry("space", SPACE),
            Map.entry("blank", of("\t\t  ")),
            Map.entry("punct", of("!/:@[`{~")),
            Map.entry("print", of(" ~")),
            Map.entry("graph", of("!~")),
            Map.entry("cntrl", of("\0\u001F\u007F\u007F")),
            Map.entry("xdigit", of("09AFaf")),
            Map.entry("word", WORD),
            Map.entry("ascii", of("\0\u007F")));

    private final BitSet members;

    private ByteClass(BitSet members) {
        this.members = members;
    }

    /// The class of `[:name:]`, or null.
    static @Nullable ByteClass posix(String name) {
        return POSIX.get(name);
    }

    /// The class of an escape such as `\s` or `\S`, or null.
    static @Nullable ByteClass escape(char letter) {
        ByteClass positive = switch (letter) {
            case 'd', 'D' -> DIGIT;
            case 'w', 'W' -> WORD;
            case 's', 'S' -> SPACE;
            case 'h', 'H' -> HORIZONTAL;
            case 'v', 'V' -> VERTICAL;
            default -> null;
        };
        return positive != null && Character.isUpperCase(letter) ? positive.complement() : positive;
    }

    ByteClass complement() {
        BitSet others = (BitSet) members.clone();
        others.flip(0, BYTES);
        return new ByteClass(others);
    }

    /// The members as ranges, to stand between brackets: `\x{9}-\x{d}\x{20}`.
    void appendRanges(StringBuilder out) {
        for (int first = members.nextSetBit(0); first >= 0; ) {
            int end = members.nextClearBit(first);
            appendByte(out, first);
            if (end - first > 1) {
                appendByte(out.append('-'), end - 1);
            }
            first = members.nextSetBit(end);
        }
    }

    /// One byte, such that it stands for itself in a pattern and between brackets.
    static void appendByte(StringBuilder out, int value) {
        boolean alphanumeric = WORD.members.get(value) && value != '_';
        if (alphanumeric) {
            out.append((char) value);
        } else {
            out.append("\\x{").append(Integer.toHexString(value)).append('}');
        }
    }

    /// Pairs of first and last members.
    private static ByteClass of(String ranges) {
        BitSet members = new BitSet(BYTES);
        for (int i = 0; i < ranges.length(); i += 2) {
            members.set(ranges.charAt(i), ranges.charAt(i + 1) + 1);
        }
        return new ByteClass(members);
    }
}
