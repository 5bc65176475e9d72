package io.sluice.config.syntax;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One text a configuration was read from: a file, the `-g` option or an embedded string. Immutable.
///
/// The text is the bytes decoded as UTF-8 without a byte order mark. A byte that is not UTF-8 becomes a lone low surrogate
/// (`U+DC00` plus the byte), which no valid input produces; so comments may hold anything, and a token can be refused.
public final class SourceText {

    /// The name nginx gives to what `-g` contains.
    public static final String COMMAND_LINE = "command line";

    private static final char REPLACEMENT = '\uFFFD';

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final String name;

    private final byte[] bytes;

    private final String text;

    /// Offset in [#text] of the first character of each line.
    private final int[] lineStarts;

    private SourceText(String name, byte[] bytes, String text) {
        this.name = name;
        this.bytes = bytes;
        this.text = text;
        this.lineStarts = lineStarts(text);
    }

    /// A text given as a string.
    public static SourceText of(String name, String text) {
        return new SourceText(name, text.getBytes(StandardCharsets.UTF_8), withoutByteOrderMark(text));
    }

    /// A text given as the bytes of a file.
    static SourceText of(String name, byte[] bytes) {
        return new SourceText(name, bytes, withoutByteOrderMark(decode(bytes)));
    }

    /// What positions and messages call it; for a file its path.
    public String name() {
        return name;
    }

    /// The decoded text.
    String text() {
        return text;
    }

    /// Whether it came from `-g`; such a text is no part of a dump and may hold no blocks.
    boolean isCommandLine() {
        return name.equals(COMMAND_LINE);
    }

    /// Whether it begins with the byte order mark of UTF-16, which editors on other systems like to write.
    boolean isUtf16() {
        return bytes.length >= 2
                && ((bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF)
                        || (bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE));
    }

    /// The contents, byte for byte.
    public byte[] bytes() {
        return bytes.clone();
    }

    /// A line without its line end; empty for a number that the text does not have, such as the one after the last.
    ///
    /// @param number counted from 1
    public String line(int number) {
        if (number < 1 || number > lineStarts.length) {
            return "";
        }
        int start = lineStarts[number - 1];
        if (number == lineStarts.length) {
            return text.substring(start);
        }
        int end = lineStarts[number] - 1;
        return text.substring(start, end > start && text.charAt(end - 1) == '\r' ? end - 1 : end);
    }

    /// Number of lines, at least 1; a line feed at the end begins one more, as in nginx's count.
    public int lineCount() {
        return lineStarts.length;
    }

    /// Whether a code point of [#text] stands for a byte that is not UTF-8.
    static boolean isMalformed(int codePoint) {
        return codePoint >= 0xDC80 && codePoint <= 0xDCFF;
    }

    @Override
    public String toString() {
        return name;
    }

    private static String withoutByteOrderMark(String text) {
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }

    private static String decode(byte[] bytes) {
        String decoded = new String(bytes, StandardCharsets.UTF_8);
        return decoded.indexOf(REPLACEMENT) < 0 ? decoded : decodeKeepingMalformed(bytes);
    }

    private static String decodeKeepingMalformed(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        while (!result.isUnderflow()) {
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (0xDC00 + (in.get() & 0xFF)));
            }
            result = decoder.decode(in, out, true);
        }
        return out.flip().toString();
    }

    private static int[] lineStarts(String text) {
        int[] starts = new int[16];
        int count = 1;
        for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
            if (count == starts.length) {
                starts = Arrays.copyOf(starts, count * 2);
            }
            starts[count++] = i + 1;
        }
        return Arrays.copyOf(starts, count);
    }
}
