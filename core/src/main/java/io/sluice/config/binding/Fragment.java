package io.sluice.config.binding;

import io.sluice.config.model.Position;
import io.sluice.config.syntax.Token;

/// A stretch of a token's text, so that an error can point into the middle of `"$remote_addr:${porf}"`. Immutable.
///
/// @param begin index of its first character in the token's text
/// @param end index after its last character
record Fragment(Token token, int begin, int end) {

    /// The whole token.
    static Fragment of(Token token) {
        return new Fragment(token, 0, token.text().length());
    }

    String text() {
        return token.text().substring(begin, end);
    }

    /// Part of this fragment, by indices into [#text].
    Fragment part(int from, int to) {
        return new Fragment(token, begin + from, begin + to);
    }

    /// What is left of this fragment from an index into [#text].
    Fragment from(int from) {
        return new Fragment(token, begin + from, end);
    }

    /// Where it starts in the source; the token's start when escapes or line breaks blur the correspondence.
    Position position() {
        Position start = token.position();
        if (!exact() || (begin == 0 && end == token.text().length())) {
            return start;
        }
        return new Position(start.file(), start.line(), start.column() + (token.quoted() ? 1 : 0) + begin);
    }

    /// Characters to underline, at least 1.
    int length() {
        return exact() && end - begin < token.text().length() ? Math.max(1, end - begin) : token.length();
    }

    private boolean exact() {
        return token.length() == token.text().length() + (token.quoted() ? 2 : 0);
    }
}
