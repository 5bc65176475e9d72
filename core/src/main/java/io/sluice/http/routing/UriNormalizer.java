package io.sluice.http.routing;

import java.nio.charset.StandardCharsets;

/// Decodes the path of a URI and resolves its segments, in the one pass that nginx makes. Confined to its worker's event loop.
///
/// An escaped byte is what it would be unescaped: `%2F` separates segments and `%2e%2e` goes up. Only `%23`, `%25` and `%3F`
/// stand for themselves. A path that goes above its root, a zero byte and a malformed escape make the URI invalid.
final class UriNormalizer {

    private enum State {
        /// Within a segment.
        SEGMENT,
        /// After a slash.
        SLASH,
        /// After `/.`.
        DOT,
        /// After `/..`.
        DOT_DOT
    }

    private final String raw;

    private final boolean mergeSlashes;

    private final byte[] out;

    private int length;

    private State state = State.SEGMENT;

    private boolean quoted;

    private boolean plus;

    // Where the arguments begin, past the question mark, and where they end; equal when there are none.
    private int argumentsStart;

    private int argumentsEnd;

    UriNormalizer(String raw, boolean mergeSlashes) {
        this.raw = raw;
        this.mergeSlashes = mergeSlashes;
        this.out = new byte[raw.length() + 1];
    }

    /// Reads the URI; false when it is invalid.
    boolean run() {
        if (raw.charAt(0) == '?') {
            put('/');
        }
        int at = 0;
        while (at < raw.length()) {
            int c = raw.charAt(at++);
            if (c == '#') {
                return endSegment();
            }
            if (c == '?') {
                argumentsStart = at;
                int fragment = raw.indexOf('#', at);
                argumentsEnd = fragment < 0 ? raw.length() : fragment;
                return endSegment();
            }
            boolean literal = false;
            if (c == '%') {
                quoted = true;
                c = decoded(at);
                if (c <= 0) {
                    return false;
                }
                at += 2;
                literal = c == '%' || c == '#' || c == '?';
            }
            plus |= c == '+';
            if (!take(c, literal)) {
                return false;
            }
        }
        return endSegment();
    }

    String path() {
        return new String(out, 0, length, StandardCharsets.ISO_8859_1);
    }

    String arguments() {
        return raw.substring(argumentsStart, argumentsEnd);
    }

    /// Whether something was escaped.
    boolean quoted() {
        return quoted;
    }

    /// Whether there is a plus sign.
    boolean plus() {
        return plus;
    }

    private boolean take(int c, boolean literal) {
        boolean slash = c == '/';
        switch (state) {
            case State _ when literal -> become(State.SEGMENT, c);
            case SEGMENT -> become(slash ? State.SLASH : State.SEGMENT, c);
            case SLASH -> {
                if (!slash) {
                    become(c == '.' ? State.DOT : State.SEGMENT, c);
                } else if (!mergeSlashes) {
                    put(c);
                }
            }
            case DOT -> {
                if (slash) {
                    length--;
                    state = State.SLASH;
                } else {
                    become(c == '.' ? State.DOT_DOT : State.SEGMENT, c);
                }
            }
            case DOT_DOT -> {
                if (slash) {
                    state = State.SLASH;
                    return goUp();
                }
                become(State.SEGMENT, c);
            }
        }
        return true;
    }

    private void become(State next, int c) {
        state = next;
        put(c);
    }

    private void put(int c) {
        out[length++] = (byte) c;
    }

    private boolean endSegment() {
        if (state == State.DOT) {
            length--;
        }
        return state != State.DOT_DOT || goUp();
    }

    /// From `/a/b/..` to `/a/`.
    private boolean goUp() {
        int at = length - 4;
        while (at >= 0 && out[at] != '/') {
            at--;
        }
        length = at + 1;
        return at >= 0;
    }

    /// The byte whose two digits are at `at`; -1 when they are none.
    private int decoded(int at) {
        if (at + 2 > raw.length()) {
            return -1;
        }
        int high = Character.digit(raw.charAt(at), 16);
        int low = Character.digit(raw.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
