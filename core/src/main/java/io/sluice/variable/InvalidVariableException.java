package io.sluice.variable;

import io.sluice.config.model.Position;

/// A definition or use of a variable that cannot work, found while a generation is built. Immutable.
public final class InvalidVariableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient Position position;

    InvalidVariableException(Position position, String message) {
        super(message);
        this.position = position;
    }

    /// Where it is written.
    public Position position() {
        return position;
    }
}
