package io.sluice.resolve;

/// A name has no address; the message is the reason alone, in the words of whoever was asked. Immutable.
public final class UnresolvedNameException extends Exception {

    private static final long serialVersionUID = 1;

    private final String host;

    public UnresolvedNameException(String host, String reason) {
        super(reason);
        this.host = host;
    }

    /// The name that was asked for.
    public String host() {
        return host;
    }

    /// Why there is no answer.
    public String reason() {
        return String.valueOf(getMessage());
    }
}
