package io.sluice.http;

import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/// One try of a peer, for the log. Confined to its worker's event loop.
final class HttpAttempt {

    static final long NEVER = -1;

    final String address;

    final String serverName;

    final long startNanos;

    /// The try before this one.
    final @Nullable HttpAttempt before;

    /// Whether an internal redirect stands between this and the one before.
    final boolean newGroup;

    /// What the peer's response says of itself; null: there was none.
    @Nullable HttpHeaders fields;

    /// The fields behind its body, when they are passed; null: none.
    @Nullable HttpHeaders trailers;

    int status;

    long connectNanos = NEVER;

    long headerNanos = NEVER;

    long responseNanos = NEVER;

    long responseBytes;

    long bodyBytes;

    long sentBytes;

    HttpAttempt(String address, String serverName, long startNanos, @Nullable HttpAttempt before, boolean newGroup) {
        this.address = address;
        this.serverName = serverName;
        this.startNanos = startNanos;
        this.before = before;
        this.newGroup = newGroup;
    }
}
