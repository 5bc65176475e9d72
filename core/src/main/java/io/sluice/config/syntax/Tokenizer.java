package io.sluice.config.syntax;

import java.util.Optional;

import io.sluice.config.model.Position;

/// Cuts a source into words and punctuation by nginx's rules. Used during start-up only.
///
/// - Words end at white space, `;` or `{`; a `}` and a `#` are special only where a word could begin.
/// - A word that begins with a quote ends at the same quote, after which only white space, `;`, `{` or `)` may stand.
/// - A backslash protects the next character, in and outside quotes. Six escapes are resolved (`\" \' \\ \t \r \n`); any
///   other backslash stays, so that regular expressions need no doubling.
/// - `${` does not open a block.
/// - A word, its closing quote and the character after it fit in nginx's buffer of 4096 bytes. Unlike in nginx a comment may be longer.
final class Tokenizer {

    /// nginx's `NGX_CONF_BUFFER`.
    private static final int BUFFER_BYTES = 4096;

    private static final int TOO_LONG_EXCERPT_BYTES = 10;

    private static final int NONE = -1;

    enum Kind { WORD, SEMICOLON, OPEN, CLOSE, END }

    /// A word or a punctuation mark. Immutable.
    record Lexeme(Kind kind, Token token) {}

    private final SourceText source;

    private final String text;

    private final SyntaxErrors errors;

    private int offset;

    private int line = 1;

    private int column = 1;

    Tokenizer(SourceText source, SyntaxErrors errors) {
        this.source = source;
        this.text = source.text();
        this.errors = errors;
    }

    /// The next lexeme; [Kind#END] again and again at the end, or once the errors say to stop.
    Lexeme next() {
        skipBlanksAndComments();
        if (errors.stopped()) {
            return end();
        }
        return switch (peek()) {
            case NONE -> end();
            case ';' -> punctuation(Kind.SEMICOLON, ";");
            case '{' -> punctuation(Kind.OPEN, "{");
            case '}' -> punctuation(Kind.CLOSE, "}");
            default -> word();
        };
    }

    private Lexeme end() {
        return new Lexeme(Kind.END, new Token("", position(), 1, false));
    }

    private Lexeme punctuation(Kind kind, String mark) {
        Token token = new Token(mark, position(), 1, false);
        advance();
        return new Lexeme(kind, token);
    }

    private void skipBlanksAndComments() {
        while (true) {
            int c = peek();
            if (isBlank(c)) {
                advance();
            } else if (c == '#') {
                while (peek() != '\n' && peek() != NONE) {
                    advance();
                }
            } else {
                return;
            }
        }
    }

    /// Reads a word. What wrongly follows a closing quote is reported once and taken as more of the same word, as a shell
    /// would, so that the directive keeps its number of arguments; a `#` is taken as the comment it was meant for.
    private Lexeme word() {
        int begin = offset;
        Position position = position();
        boolean quoted = isQuote(peek());
        StringBuilder value = new StringBuilder();
        piece(value);
        if (quoted && !mayFollowQuote(peek()) && !errors.stopped()) {
            reportUnexpectedAfterQuote(position.line());
            while (!mayFollowQuote(peek()) && peek() != '#' && !errors.stopped()) {
                piece(value);
            }
        }
        if (errors.stopped()) {
            return end();
        }
        Token token = new Token(value.toString(), position, lengthOnFirstLine(begin), quoted);
        reportUnreadable(begin, token);
        return new Lexeme(Kind.WORD, token);
    }

    /// Reads one quoted or unquoted stretch and appends what it means.
    private void piece(StringBuilder value) {
        Position position = position();
        int quote = isQuote(peek()) ? peek() : NONE;
        if (quote != NONE) {
            advance();
        }
        int begin = offset;
        boolean tooLong = scanToEnd(quote, position);
        if (quote == NONE) {
            resolveEscapes(begin, offset, value);
        } else if (peek() == NONE) {
            if (!tooLong) {
                reportUnclosed(quote, position);
            }
            errors.stop();
        } else {
            resolveEscapes(begin, offset, value);
            advance();
            if (tooLong && !mayFollowQuote(peek())) {
                errors.stop(); // a quote was forgotten somewhere: this one opens a string, it does not close one
            }
        }
    }

    /// Moves to the closing quote, to what ends an unquoted word, or to the end of the source.
    ///
    /// @return whether it was too long, which has been reported
    private boolean scanToEnd(int quote, Position position) {
        int begin = offset;
        int room = source.isCommandLine() ? Integer.MAX_VALUE : BUFFER_BYTES;
        boolean tooLong = false;
        boolean variable = false;
        for (int c = peek(); c != NONE; c = peek()) {
            room -= utf8Length(c);
            boolean ends = quote == NONE ? endsWord(c) && !(c == '{' && variable) : c == quote;
            boolean full = room < 0 || (room == 0 && ends && quote != NONE && offset + 1 < text.length());
            if (full && !tooLong) {
                tooLong = true;
                reportTooLong(room < 0 ? quote : NONE, begin, position);
            }
            if (ends) {
                return tooLong;
            }
            advance();
            if (c == '\\') {
                variable = false;
                if (peek() != NONE) {
                    room -= utf8Length(peek());
                    advance();
                }
            } else {
                variable = c == '$' || (c == '{' && variable); // as in nginx `${{` opens no block either
            }
        }
        return tooLong;
    }

    private void resolveEscapes(int begin, int end, StringBuilder value) {
        for (int i = begin; i < end; i++) {
            char c = text.charAt(i);
            char following = i + 1 < end ? text.charAt(i + 1) : ' ';
            int resolved = c == '\\' ? resolve(following) : NONE;
            if (resolved != NONE) {
                value.append((char) resolved);
                i++;
            } else if (isStrayMalformed(i)) {
                value.append('\uFFFD');
            } else if (c != 0) {
                value.append(c);
            }
        }
    }

    private static int resolve(char escaped) {
        return switch (escaped) {
            case '"', '\'', '\\' -> escaped;
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'n' -> '\n';
            default -> NONE;
        };
    }

    private void reportUnexpectedAfterQuote(int firstLine) {
        Token found = new Token(Character.toString(peek()), position(), 1, false);
        boolean severalLines = line != firstLine;
        Optional<String> hint = severalLines
                ? Optional.of("the string that ends here began at line " + firstLine + "; is its closing quote missing there?")
                : Optional.of("a string ends at its closing quote; put a backslash before a quote inside it");
        errors.report("unexpected-character", found, "unexpected \"" + found.text() + "\"", hint);
        if (severalLines) {
            errors.stop();
        }
    }

    private void reportTooLong(int quote, int begin, Position position) {
        Token at = new Token("", position, lengthOnFirstLine(quote == NONE ? begin : begin - 1), quote != NONE);
        String message = quote == NONE
                ? "too long parameter \"" + excerpt(begin) + "...\" started"
                : "too long parameter, probably missing terminating \"" + Character.toString(quote) + "\" character";
        errors.report("too-long-parameter", at, message);
    }

    private void reportUnclosed(int quote, Position opened) {
        errors.report(
                "unclosed-quote",
                new Token("", position(), 1, false),
                source.isCommandLine()
                        ? "unexpected end of parameter, expecting \";\""
                        : "unexpected end of file, expecting \";\" or \"}\"",
                Optional.of("the string that began with " + Character.toString(quote) + " at line " + opened.line()
                        + ", column " + opened.column() + " is not closed"));
    }

    /// Reports what no word may hold, once for a word.
    private void reportUnreadable(int begin, Token token) {
        boolean nul = false;
        boolean malformed = false;
        for (int i = begin; i < offset; i++) {
            nul |= text.charAt(i) == 0;
            malformed |= isStrayMalformed(i);
        }
        if (nul) {
            errors.report("nul-character", token, "unexpected NUL character", Optional.of("is this a text file?"));
        }
        if (malformed) {
            errors.report(
                    "invalid-utf8",
                    token,
                    "invalid UTF-8 in \"" + token.text() + "\"",
                    Optional.of("convert the file to UTF-8; other encodings are accepted in comments only"));
        }
    }

    /// Whether the character stands for a byte that is not UTF-8, and is not half of a proper pair.
    private boolean isStrayMalformed(int index) {
        return SourceText.isMalformed(text.charAt(index))
                && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
    }

    /// The first bytes of a word, cut between characters.
    private String excerpt(int begin) {
        int end = begin;
        int room = TOO_LONG_EXCERPT_BYTES;
        while (end < text.length() && room >= utf8Length(text.codePointAt(end))) {
            room -= utf8Length(text.codePointAt(end));
            end += Character.charCount(text.codePointAt(end));
        }
        return text.substring(begin, end);
    }

    private int lengthOnFirstLine(int begin) {
        int lineEnd = text.indexOf('\n', begin, Math.min(offset + 1, text.length()));
        int end = lineEnd < 0 ? offset : lineEnd;
        if (lineEnd > begin && text.charAt(lineEnd - 1) == '\r') {
            end--;
        }
        return Math.max(1, text.codePointCount(begin, end));
    }

    private Position position() {
        return new Position(source.name(), line, column);
    }

    private int peek() {
        return offset < text.length() ? text.codePointAt(offset) : NONE;
    }

    private void advance() {
        int c = text.codePointAt(offset);
        offset += Character.charCount(c);
        if (c == '\n') {
            line++;
            column = 1;
        } else {
            column++;
        }
    }

    private static int utf8Length(int codePoint) {
        if (codePoint < 0x80 || SourceText.isMalformed(codePoint)) {
            return 1;
        }
        return codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    private static boolean isQuote(int c) {
        return c == '"' || c == '\'';
    }

    private static boolean isBlank(int c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static boolean endsWord(int c) {
        return isBlank(c) || c == ';' || c == '{';
    }

    /// A `}` may not, but the parser knows better what to say about it.
    private static boolean mayFollowQuote(int c) {
        return endsWord(c) || c == ')' || c == '}' || c == NONE;
    }
}
