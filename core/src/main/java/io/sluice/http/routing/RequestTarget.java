package io.sluice.http.routing;

import org.jspecify.annotations.Nullable;

/// The target of a request: as it was sent, and as it has been rewritten so far. Confined to its worker's event loop.
///
/// One object serves one request after another. What nginx remembers about a URI beside its text decides how it is escaped
/// and whether it goes upstream as it came, so that it is kept here too.
///
///     if (!target.parse(requestLine.target(), mergeSlashes)) answer(400);
public final class RequestTarget {

    /// How often a request may be sent to another location by rewriting and internal redirects.
    public static final int MAX_CHANGES = 10;

    private static final int DELETE = 0x7F;

    // What #scan answers when there is no place of a question mark to tell.
    private static final int INVALID = -3;

    private static final int COMPLEX = -2;

    private static final int NO_ARGUMENTS = -1;

    private String raw = "/";

    private String path = "/";

    private String args = "";

    private @Nullable HostName authority;

    private String scheme = "";

    private boolean quoted;

    private boolean plus;

    private boolean rawValid;

    private boolean locationValid;

    private boolean internal;

    private boolean changed;

    private int changesLeft;

    /// Reads the target of a request line: a path with arguments, or an absolute URI.
    ///
    /// @param mergeSlashes of the server that the connection belongs to until a host is known
    /// @return false when it is neither, or invalid: 400. So are `*` and, with CONNECT, a host alone
    public boolean parse(String target, boolean mergeSlashes) {
        reset();
        int start = 0;
        if (target.isEmpty() || target.charAt(0) != '/') {
            start = readAuthority(target);
            if (start < 0) {
                return false;
            }
        }
        // An absolute URI without a path asks for the root.
        raw = start == target.length() ? "/" : start == 0 ? target : target.substring(start);
        rawValid = raw.charAt(0) == '/';
        int question = scan();
        return switch (question) {
            case INVALID -> false;
            case COMPLEX -> normalise(mergeSlashes);
            case NO_ARGUMENTS -> {
                path = raw;
                yield true;
            }
            default -> {
                path = raw.substring(0, question);
                args = raw.substring(question + 1);
                yield true;
            }
        };
    }

    /// `$request_uri`: the URI as sent, without scheme and host.
    public String raw() {
        return raw;
    }

    /// `$uri`: decoded and normalised, as rewritten so far.
    public String path() {
        return path;
    }

    /// `$args`, without the question mark; empty when there are none.
    public String args() {
        return args;
    }

    /// `$is_args`.
    public String isArgs() {
        return args.isEmpty() ? "" : "?";
    }

    /// The host of an absolute URI, which goes before the one of the `Host` field; null when the target has none.
    public @Nullable HostName authority() {
        return authority;
    }

    /// The scheme of an absolute URI as written; otherwise empty.
    public String scheme() {
        return scheme;
    }

    /// Whether the URI is not the client's own any more: it was rewritten, or came by an internal redirect.
    public boolean isInternal() {
        return internal;
    }

    /// `set $args`.
    public void changeArgs(String value) {
        args = value;
        rawValid = false;
    }

    /// `try_files` has found something: the path changes, the location stays.
    public void changePath(String newPath) {
        path = newPath;
        rawValid = false;
    }

    /// Whether the path still begins with the location's name, which `rewrite ... break` ends.
    public boolean belongsToLocation() {
        return locationValid;
    }

    /// Whether [#raw] may still go upstream: nothing has been rewritten.
    boolean isRawValid() {
        return rawValid;
    }

    /// Whether the path still begins with the location's name, which `rewrite ... break` ends.
    boolean isLocationValid() {
        return locationValid;
    }

    /// Whether the path had escapes in it.
    boolean isQuoted() {
        return quoted;
    }

    /// Whether captures of the path are escaped where they become arguments or part of a redirect.
    boolean escapesCaptures() {
        return quoted || plus;
    }

    /// Whether a location is to be looked for.
    boolean isChanged() {
        return changed;
    }

    /// A location is being looked for.
    void locating() {
        changed = false;
    }

    /// `rewrite` has matched.
    void rewriteBegins(boolean breaks) {
        internal = true;
        rawValid = false;
        if (breaks) {
            locationValid = false;
        }
        changed = !breaks;
    }

    void rewritten(String newPath, String newArgs) {
        path = newPath;
        args = newArgs;
    }

    /// `break`: the URI stays what it is, and so does the location.
    void breaks() {
        if (changed) {
            locationValid = false;
            changed = false;
        }
    }

    /// Another location is asked for; false when it has been often enough.
    boolean countChange() {
        return --changesLeft > 0;
    }

    /// An internal redirect.
    void redirected(String newPath, String newArgs) {
        rewritten(newPath, newArgs);
        internal = true;
        rawValid = false;
        locationValid = true;
        changed = false;
    }

    /// The request goes to a named location.
    void named() {
        internal = true;
        changed = false;
    }

    private void reset() {
        raw = "/";
        path = "/";
        args = "";
        authority = null;
        scheme = "";
        quoted = false;
        plus = false;
        rawValid = true;
        locationValid = true;
        internal = false;
        changed = false;
        changesLeft = MAX_CHANGES + 1;
    }

    /// Where the question mark is in a URI that is as it should be; otherwise one of the negative answers.
    private int scan() {
        boolean complex = raw.charAt(0) == '?';
        int question = NO_ARGUMENTS;
        boolean inPath = true;
        char previous = 0;
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c <= ' ' || c == DELETE) {
                return INVALID;
            }
            if (c == '#') {
                complex = true;
                inPath = false;
            } else if (inPath) {
                switch (c) {
                    case '?' -> {
                        question = i;
                        inPath = false;
                    }
                    case '%' -> complex = true;
                    case '/', '.' -> complex |= previous == '/';
                    case '+' -> plus = true;
                    default -> { }
                }
            }
            previous = c;
        }
        return complex ? COMPLEX : question;
    }

    private boolean normalise(boolean mergeSlashes) {
        UriNormalizer normalizer = new UriNormalizer(raw, mergeSlashes);
        if (!normalizer.run()) {
            return false;
        }
        path = normalizer.path();
        args = normalizer.arguments();
        quoted = normalizer.quoted();
        plus |= normalizer.plus();
        return true;
    }

    /// Reads `scheme://host:port`; returns where the path begins, -1 when it is not that.
    private int readAuthority(String target) {
        int colon = target.indexOf("://");
        if (colon <= 0 || !isLetter(target.charAt(0))) {
            return -1;
        }
        for (int i = 1; i < colon; i++) {
            char c = target.charAt(i);
            if (!isLetter(c) && !isDigit(c) && c != '+' && c != '-' && c != '.') {
                return -1;
            }
        }
        int start = colon + "://".length();
        int end = start;
        while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
            char c = target.charAt(end++);
            // nginx is stricter about names here than in the field.
            if (!isLetter(c) && !isDigit(c) && ".-:".indexOf(c) < 0 && target.charAt(start) != '[') {
                return -1;
            }
        }
        scheme = target.substring(0, colon);
        authority = HostName.parse(target.substring(start, end));
        return authority == null ? -1 : end;
    }

    private static boolean isLetter(char c) {
        return (c | ' ') >= 'a' && (c | ' ') <= 'z';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
