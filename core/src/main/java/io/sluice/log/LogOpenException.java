package io.sluice.log;

import java.util.Objects;

import io.sluice.config.model.Position;

/// A log of the configuration cannot be opened. Immutable.
public final class LogOpenException extends Exception {

    private static final long serialVersionUID = 1;

    private final transient Position position;

    /// @param message in nginx's words: `open() "/x" failed (13: Permission denied)`
    LogOpenException(Position position, String message) {
        super(message);
        this.position = position;
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /// Where the log is configured.
    public Position position() {
        return position;
    }
}
