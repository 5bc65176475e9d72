package io.sluice.variable;

import java.util.Objects;

/// A regular expression that does not compile, or that means something only PCRE can do. Immutable.
public final class InvalidExpressionException extends Exception {

    private static final long serialVersionUID = 1;

    private final int index;

    InvalidExpressionException(String message, int index) {
        super(message);
        this.index = index;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /// Where in the pattern the trouble was noticed, counted from 0; at most the pattern's length.
    public int index() {
        return index;
    }
}
