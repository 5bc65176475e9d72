package io.sluice.variable;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Converts between text and strings of bytes: strings whose characters are 0 to 255, one for each byte. Immutable.
public final class ByteText {

    // A configuration's bytes that are not UTF-8 are read as these, see io.sluice.config.syntax.SourceText.
    private static final int FIRST_MALFORMED = 0xDC80;

    private static final int LAST_MALFORMED = 0xDCFF;

    private ByteText() {}

    /// A text of the configuration as the bytes that its file has, in UTF-8 or whatever else it is written in.
    public static String of(String text) {
        if (isAscii(text)) {
            return text;
        }
        StringBuilder bytes = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(codePoint -> append(bytes, codePoint));
        return bytes.toString();
    }

    /// The bytes themselves.
    public static byte[] bytes(String byteText) {
        return byteText.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// The text that the bytes stand for in UTF-8; when they are not UTF-8, each byte stays a character of its own.
    public static String decode(String byteText) {
        if (isAscii(byteText)) {
            return byteText;
        }
        try {
            CharBuffer decoded = StandardCharsets.UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes(byteText)));
            return decoded.toString();
        } catch (CharacterCodingException _) {
            return byteText;
        }
    }

    /// Appends the bytes of one character of a configuration.
    static void append(StringBuilder bytes, int codePoint) {
        if (codePoint < 0x80) {
            bytes.append((char) codePoint);
        } else if (codePoint >= FIRST_MALFORMED && codePoint <= LAST_MALFORMED) {
            bytes.append((char) (codePoint & 0xFF));
        } else {
            byte[] encoded = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
            bytes.append(new String(encoded, StandardCharsets.ISO_8859_1));
        }
    }

    /// As nginx compares: only the letters A to Z have a lower case.
    static String toLowerCase(String byteText) {
        for (int i = 0; i < byteText.length(); i++) {
            if (isUpper(byteText.charAt(i))) {
                return lowered(byteText, i);
            }
        }
        return byteText;
    }

    private static String lowered(String byteText, int from) {
        StringBuilder lower = new StringBuilder(byteText);
        for (int i = from; i < lower.length(); i++) {
            char c = lower.charAt(i);
            if (isUpper(c)) {
                lower.setCharAt(i, (char) (c + ('a' - 'A')));
            }
        }
        return lower.toString();
    }

    private static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
