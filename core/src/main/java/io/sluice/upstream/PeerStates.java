package io.sluice.upstream;

import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.sluice.config.model.Address;

/// What one process knows of all its peers, across reloads. Thread-safe.
///
/// A peer is the same one in the next generation when group, `server` text and address are the same. Its state lives for as
/// long as any generation or session holds the peer, so a peer that a reload removes and another brings back still counts
/// the sessions that began before, and nothing is kept of peers that are gone.
public final class PeerStates {

    /// @param occurrence tells equal lines of one group apart: they are different peers
    record Key(String group, String serverName, Address address, int occurrence) {}

    private final ConcurrentMap<Key, WeakReference<PeerState>> states = new ConcurrentHashMap<>();

    /// The state of a peer, the same object while anybody holds it.
    PeerState of(Key key) {
        PeerState fresh = new PeerState();
        WeakReference<PeerState> freshReference = new WeakReference<>(fresh);
        while (true) {
            WeakReference<PeerState> present = states.putIfAbsent(key, freshReference);
            PeerState state = present == null ? fresh : present.get();
            if (state != null) {
                return state;
            }
            states.remove(key, present);
        }
    }

    /// Drops the entries of peers that nobody holds any more.
    void expunge() {
        states.values().removeIf(reference -> reference.get() == null);
    }

    int size() {
        return states.size();
    }
}
