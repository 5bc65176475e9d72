package io.sluice.app;

/// The command line cannot be understood. Immutable.
final class UsageException extends Exception {

    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
