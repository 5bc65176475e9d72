package io.sluice.upstream;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;

/// A connection to a peer that may serve several requests one after the other: what [IdleConnections] knows of it. Confined
/// to its worker's event loop.
///
/// Made once, when the connection is established, and kept with it; while the connection is idle, this is its place in the
/// pool.
///
/// @param <C> whatever the connection is
public final class KeptConnection<C> {

    private final C connection;

    private final Address address;

    private final @Nullable Object identity;

    private final long sinceNanos;

    private int requests = 1;

    // While idle: its place among all and among those of its address; the bucket is null otherwise.
    IdleConnections.@Nullable Bucket<C> bucket;

    @Nullable KeptConnection<C> newer;

    @Nullable KeptConnection<C> older;

    @Nullable KeptConnection<C> newerOfPeer;

    @Nullable KeptConnection<C> olderOfPeer;

    long idleSinceNanos;

    /// For a new connection, which is about to serve its first request.
    ///
    /// @param address of the peer
    /// @param identity what else requests must have in common to share connections (the TLS name, the location), compared by
    ///     `equals`; null: nothing
    public KeptConnection(C connection, Address address, @Nullable Object identity, long nowNanos) {
        this.connection = connection;
        this.address = address;
        this.identity = identity;
        this.sinceNanos = nowNanos;
    }

    /// The connection.
    public C connection() {
        return connection;
    }

    /// The peer's address.
    public Address address() {
        return address;
    }

    /// How many requests it has served or is serving.
    public int requests() {
        return requests;
    }

    /// Whether it is in a pool.
    public boolean isIdle() {
        return bucket != null;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    boolean serves(@Nullable Object wanted) {
        return identity == wanted || (identity != null && identity.equals(wanted));
    }

    void countRequest() {
        requests++;
    }
}
