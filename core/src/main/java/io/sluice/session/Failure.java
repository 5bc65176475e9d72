package io.sluice.session;

/// What went wrong, on which side, and the kernel's word for it. Immutable.
///
/// @param errno the system's error number, 0 when it was not the system that refused
public record Failure(FailureKind kind, Side side, int errno) {

    /// Whether another peer may be tried.
    public boolean retryable() {
        return kind.retryable();
    }
}
