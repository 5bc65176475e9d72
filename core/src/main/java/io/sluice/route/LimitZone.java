package io.sluice.route;

import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.sluice.config.model.ByteSize;

/// One `limit_conn_zone`: how many sessions each key has, in the whole process, exactly. Thread-safe.
///
/// The zone's size bounds the number of keys as it does in nginx, where a key takes a slab of at least 64 bytes: one
/// megabyte holds about 16,000 keys of up to 28 bytes. A full zone rejects new keys.
public final class LimitZone {

    /// The longest key that is counted.
    public static final int MAX_KEY_BYTES = 255;

    // nginx's figure on 64-bit Linux: a tree node without its key.
    private static final int NODE_BYTES = 36;

    private static final int SMALLEST_SLAB_BYTES = 64;

    /// What came of asking for a place.
    public sealed interface Answer permits Lease, Refusal {}

    /// Why there is no place.
    public enum Refusal implements Answer {
        /// The key has as many sessions as the limit permits.
        LIMIT_REACHED,
        /// The key is new and the zone holds as many as fit.
        ZONE_FULL
    }

    /// The sessions of one key; every session of the key holds the same. Thread-safe.
    public final class Lease implements Answer {

        private final byte[] key;

        private final int hash;

        // 0: nobody holds it any more, it is being taken out of the map and must not be entered again.
        private final AtomicInteger sessions = new AtomicInteger(1);

        private Lease(byte[] key) {
            this.key = key;
            this.hash = Arrays.hashCode(key);
        }

        /// Gives a place back, once for each that was taken.
        void release() {
            if (sessions.decrementAndGet() == 0) {
                leases.remove(this, this);
                usedBytes.addAndGet(-slabBytes());
            }
        }

        private int slabBytes() {
            return ZoneSpace.taken(NODE_BYTES + key.length, SMALLEST_SLAB_BYTES);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Lease lease && lease.hash == hash && Arrays.equals(lease.key, key);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private final String name;

    private final long capacityBytes;

    private final AtomicLong usedBytes = new AtomicLong();

    private final ConcurrentMap<Lease, Lease> leases = new ConcurrentHashMap<>();

    LimitZone(String name, ByteSize size) {
        this.name = name;
        this.capacityBytes = ZoneSpace.of(size).bytes();
    }

    /// The zone's name.
    public String name() {
        return name;
    }

    /// How many keys have sessions now.
    public int keys() {
        return leases.size();
    }

    /// Sessions of `key` now.
    public int sessions(byte[] key) {
        Lease present = leases.get(new Lease(key));
        return present == null ? 0 : present.sessions.get();
    }

    /// Takes a place for a session of `key`, of which at most `limit` may be at a time.
    ///
    /// @param key 1 to [#MAX_KEY_BYTES] bytes; kept, not copied
    Answer acquire(byte[] key, int limit) {
        Lease fresh = new Lease(key);
        while (true) {
            Lease present = leases.get(fresh);
            if (present == null) {
                if (!reserve(fresh.slabBytes())) {
                    return Refusal.ZONE_FULL;
                }
                if (leases.putIfAbsent(fresh, fresh) == null) {
                    return fresh;
                }
                usedBytes.addAndGet(-fresh.slabBytes());
                continue;
            }
            int seen = present.sessions.get();
            if (seen == 0) {
                // Its last holder is between two instructions; nobody else may take it out of the map.
                Thread.onSpinWait();
                continue;
            }
            if (seen >= limit) {
                return Refusal.LIMIT_REACHED;
            }
            if (present.sessions.compareAndSet(seen, seen + 1)) {
                return present;
            }
        }
    }

    private boolean reserve(int bytes) {
        long used = usedBytes.get();
        while (used + bytes <= capacityBytes) {
            long witness = usedBytes.compareAndExchange(used, used + bytes);
            if (witness == used) {
                return true;
            }
            used = witness;
        }
        return false;
    }

    @Override
    public String toString() {
        return name;
    }
}
