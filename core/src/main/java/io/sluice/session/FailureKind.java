package io.sluice.session;

/// Every way an attempt or a session can fail; used by logs, metrics and retries alike. Immutable.
public enum FailureKind {
    /// ECONNREFUSED and its like: nobody listens there.
    CONNECT_REFUSED(true),
    /// No answer within `proxy_connect_timeout`.
    CONNECT_TIMED_OUT(true),
    /// The peer's TLS handshake failed, or its certificate is not the one that is wanted.
    HANDSHAKE_FAILED(true),
    /// No route, network down, address not available.
    CONNECT_UNREACHABLE(true),
    /// Descriptors or memory ran out here, on this host.
    LOCAL_RESOURCES(false),
    /// The address of `proxy_bind` is not this host's, is taken, or may not be used.
    SOURCE_UNAVAILABLE(false),
    /// The peer sent RST.
    RESET(false),
    /// Any other error of an established socket.
    SOCKET_ERROR(false),
    /// Answers that `proxy_responses` promises did not come (UDP).
    UNANSWERED(false),
    /// All peers are down, failed or full.
    NO_LIVE_PEER(false),
    /// A computed target is no address and names no group.
    BAD_TARGET(false),
    /// A name did not resolve.
    UNRESOLVED(false);

    private final boolean retryable;

    FailureKind(boolean retryable) {
        this.retryable = retryable;
    }

    /// Whether another peer may be tried: nothing has been relayed yet.
    public boolean retryable() {
        return retryable;
    }
}
