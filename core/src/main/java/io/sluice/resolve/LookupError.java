package io.sluice.resolve;

/// Why a name has no address, with nginx's number and words. Immutable.
public enum LookupError {
    FORMAT(1, "Format error"),
    SERVER_FAILURE(2, "Server failure"),
    /// There is no such name, or it has no address.
    NOT_FOUND(3, "Host not found"),
    UNIMPLEMENTED(4, "Unimplemented"),
    REFUSED(5, "Operation refused"),
    /// Sluice's own: too many names are being looked up.
    OVERLOADED(11, "Too many names at a time"),
    /// Any other code of a server's.
    OTHER(0, "Unknown error"),
    /// Nobody has answered within `resolver_timeout`.
    TIMED_OUT(110, "Operation timed out");

    private final int number;

    private final String words;

    LookupError(int number, String words) {
        this.number = number;
        this.words = words;
    }

    /// nginx's sentence: `a.example could not be resolved (3: Host not found)`.
    public String message(Question question) {
        return question + " could not be resolved (" + number + ": " + words + ")";
    }

    /// The meaning of a response's code (RFC 1035, 4.1.1) that is neither 0 nor "no such name".
    static LookupError of(int code) {
        return switch (code) {
            case 1 -> FORMAT;
            case 2 -> SERVER_FAILURE;
            case 3 -> NOT_FOUND;
            case 4 -> UNIMPLEMENTED;
            case 5 -> REFUSED;
            default -> OTHER;
        };
    }
}
