package io.sluice.upstream;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

import io.sluice.config.model.Address;
import io.sluice.config.model.UpstreamConfig;

/// What one process knows of all its peers, and of the sessions that belong to them, across reloads. Thread-safe.
///
/// A peer is the same one in the next generation when group, `server` text and address are the same. Its state lives for as
/// long as any generation or session holds the peer, so a peer that a reload removes and another brings back still counts
/// the sessions that began before, and nothing is kept of peers that are gone. A zone of sessions is the same one when
/// group, name and size are.
public final class PeerStates {

    /// @param occurrence tells equal lines of one group apart: they are different peers
    record Key(String group, String serverName, Address address, int occurrence) {}

    private record ZoneKey(String group, String name, long bytes) {}

    private static final int FEW = 64;

    private final ConcurrentMap<Key, WeakReference<PeerState>> states = new ConcurrentHashMap<>();

    /// How many were left by the last walk over all of them.
    private volatile int left;

    // Under the monitor; touched when a generation is built.
    private final Map<ZoneKey, WeakReference<SessionTable>> zones = new HashMap<>();

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

    /// The learned sessions of a group, the same table while anybody holds it.
    synchronized SessionTable sessions(String group, UpstreamConfig.ZoneConfig zone) {
        zones.values().removeIf(reference -> reference.get() == null);
        ZoneKey key = new ZoneKey(group, zone.name(), zone.size().bytes());
        WeakReference<SessionTable> reference = zones.get(key);
        SessionTable present = reference == null ? null : reference.get();
        if (present != null) {
            return present;
        }
        SessionTable table = new SessionTable(zone.size());
        zones.put(key, new WeakReference<>(table));
        return table;
    }

    /// Drops the entries of peers that nobody holds any more; called for each generation.
    public void expunge() {
        states.values().removeIf(reference -> reference.get() == null);
        left = states.size();
    }

    /// The same once there are twice as many as the last time: computed names make groups while sessions wait.
    void expungeIfGrown() {
        if (states.size() >= 2 * Math.max(FEW, left)) {
            expunge();
        }
    }

    int size() {
        return states.size();
    }
}
