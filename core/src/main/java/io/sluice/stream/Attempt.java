package io.sluice.stream;

import org.jspecify.annotations.Nullable;

import io.sluice.upstream.Peer;

/// One peer that a session tried; the `$upstream_*` variables list all of them. Confined to its worker's event loop.
final class Attempt {

    static final long NEVER = -1;

    /// The group's name when no peer could be had, as nginx prints it.
    final String address;

    final long startNanos;

    final @Nullable Attempt previous;

    /// Nanoseconds from the start; NEVER: it did not happen.
    long connectNanos = NEVER;

    long firstByteNanos = NEVER;

    long sessionNanos = NEVER;

    private Attempt(String address, long startNanos, @Nullable Attempt previous) {
        this.address = address;
        this.startNanos = startNanos;
        this.previous = previous;
    }

    static Attempt at(Peer peer, long startNanos, @Nullable Attempt previous) {
        return new Attempt(peer.name(), startNanos, previous);
    }

    static Attempt inVain(String group, long startNanos, @Nullable Attempt previous) {
        return new Attempt(group, startNanos, previous);
    }
}
