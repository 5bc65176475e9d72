package io.sluice.http.files;

/// Walks through a field's value. Confined to its worker's event loop.
///
/// Behind the last character there are zeros, so that a reader need not ask for the end before each look.
final class TextCursor {

    static final int NO_NUMBER = -1;

    private final String text;

    private int at;

    TextCursor(String text, int start) {
        this.text = text;
        this.at = start;
    }

    char peek() {
        return peek(0);
    }

    char peek(int ahead) {
        int index = at + ahead;
        return index < text.length() ? text.charAt(index) : 0;
    }

    char next() {
        char c = peek();
        at++;
        return c;
    }

    void skip(int characters) {
        at += characters;
    }

    void skipSpaces() {
        while (peek() == ' ') {
            at++;
        }
    }

    /// Steps over `c` if it comes next.
    boolean take(char c) {
        if (peek() != c) {
            return false;
        }
        at++;
        return true;
    }

    boolean atDigit() {
        return isDigit(peek());
    }

    /// How many characters are left; negative when the cursor was moved past the end.
    int left() {
        return text.length() - at;
    }

    /// A number of exactly `digits` digits; [#NO_NUMBER] when another character is among them.
    int number(int digits) {
        int number = 0;
        for (int i = 0; i < digits; i++) {
            char c = next();
            if (!isDigit(c)) {
                return NO_NUMBER;
            }
            number = number * 10 + (c - '0');
        }
        return number;
    }

    /// The number that all following digits make; [#NO_NUMBER] when there is none or it does not fit into 63 bits.
    long number() {
        if (!atDigit()) {
            return NO_NUMBER;
        }
        long number = 0;
        while (atDigit()) {
            int digit = next() - '0';
            if (number > (Long.MAX_VALUE - digit) / 10) {
                return NO_NUMBER;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
