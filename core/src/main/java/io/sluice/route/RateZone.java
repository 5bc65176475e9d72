package io.sluice.route;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.ByteSize;

/// One `limit_req_zone`: how far each key is ahead of its rate, in the whole process. Thread-safe.
///
/// A key is a leaky bucket. Each request puts 1000 into it, and it loses the rate's thousandths every second; what is in it
/// beyond the first request is its excess. All arithmetic is nginx's, in whole numbers. The zone's size bounds the number
/// of keys as it does in nginx, where a key takes at least 128 bytes: one megabyte holds about 8,000 addresses. A new key
/// takes the place of what has not been asked for longest.
public final class RateZone {

    /// The longest key that is counted.
    public static final int MAX_KEY_BYTES = 65_535;

    static final int REQUEST = 1000;

    private static final int MILLIS = 1000;

    // nginx's figures on 64-bit Linux: a tree node with its bucket but without its key, and the smallest piece for one.
    private static final int NODE_BYTES = 80;

    private static final int SMALLEST_SLAB_BYTES = 128;

    // A key that was not asked for as long, and whose bucket is empty, is forgotten when another one comes.
    private static final long FORGOTTEN_MILLIS = 60_000;

    private static final int MAX_FORGOTTEN = 2;

    /// One key's bucket. Guarded by its zone's monitor.
    static final class Bucket {

        private final int bytes;

        // Before its first request, so that the first one makes 0 of it.
        private long excess = -REQUEST;

        private long lastMillis;

        // Requests that wait for the verdict of other zones; such a bucket stays.
        private int holders;

        private Bucket(int bytes, long nowMillis) {
            this.bytes = bytes;
            this.lastMillis = nowMillis;
        }

        /// The excess with one more request.
        private long excessAt(long nowMillis, long milliRate) {
            return Math.max(0, excess - milliRate * elapsed(nowMillis) / MILLIS + REQUEST);
        }

        private void account(long newExcess, long nowMillis) {
            excess = newExcess;
            if (elapsed(nowMillis) > 0) {
                lastMillis = nowMillis;
            }
        }

        /// Workers read the clock on their own: a little backwards is no time at all, and a jump is a clock that was set.
        private long elapsed(long nowMillis) {
            long millis = nowMillis - lastMillis;
            return millis < -FORGOTTEN_MILLIS ? 1 : Math.max(0, millis);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by content
    private record Key(byte[] bytes, int hash) {

        Key(byte[] bytes) {
            this(bytes, Arrays.hashCode(bytes));
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.hash == hash && Arrays.equals(key.bytes, bytes);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private final String name;

    private final long capacityBytes;

    // Guarded by the monitor, as is the next; the one not asked for longest comes first.
    private final LinkedHashMap<Key, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    private long usedBytes;

    RateZone(String name, ByteSize size) {
        this.name = name;
        this.capacityBytes = ZoneSpace.of(size).bytes();
    }

    /// The zone's name.
    public String name() {
        return name;
    }

    /// How many keys are remembered.
    public synchronized int keys() {
        return buckets.size();
    }

    /// The key's bucket, held until [#account] or [#release]; null when there is no room for it.
    ///
    /// @param key 1 to [#MAX_KEY_BYTES] bytes; kept, not copied
    synchronized @Nullable Bucket hold(byte[] key, long nowMillis, long milliRate) {
        Key wanted = new Key(key);
        Bucket bucket = buckets.get(wanted);
        if (bucket == null) {
            bucket = new Bucket(ZoneSpace.taken(NODE_BYTES + key.length, SMALLEST_SLAB_BYTES), nowMillis);
            forget(nowMillis, milliRate);
            if (usedBytes + bucket.bytes > capacityBytes && !makeRoom(bucket.bytes)) {
                return null;
            }
            usedBytes += bucket.bytes;
            buckets.put(wanted, bucket);
        }
        bucket.holders++;
        return bucket;
    }

    /// The excess of a held bucket with one more request, which is not put into it.
    synchronized long excess(Bucket bucket, long nowMillis, long milliRate) {
        return bucket.excessAt(nowMillis, milliRate);
    }

    /// Puts a request into a held bucket and lets go of it; returns the excess.
    synchronized long account(Bucket bucket, long nowMillis, long milliRate) {
        long excess = bucket.excessAt(nowMillis, milliRate);
        bucket.account(excess, nowMillis);
        bucket.holders--;
        return excess;
    }

    /// As [#account] unless the excess is larger than `burst`; lets go of the bucket in any case.
    synchronized long accountWithin(Bucket bucket, long nowMillis, long milliRate, long burst) {
        long excess = bucket.excessAt(nowMillis, milliRate);
        if (excess <= burst) {
            bucket.account(excess, nowMillis);
        }
        bucket.holders--;
        return excess;
    }

    /// Lets go of a held bucket, as if nothing had been asked.
    synchronized void release(Bucket bucket) {
        bucket.holders--;
    }

    /// Forgets a key or two that have been quiet for long.
    private void forget(long nowMillis, long milliRate) {
        Iterator<Map.Entry<Key, Bucket>> oldest = buckets.entrySet().iterator();
        for (int i = 0; i < MAX_FORGOTTEN && oldest.hasNext(); i++) {
            Bucket bucket = oldest.next().getValue();
            long quiet = Math.abs(nowMillis - bucket.lastMillis);
            if (bucket.holders > 0 || quiet < FORGOTTEN_MILLIS || bucket.excess - milliRate * quiet / MILLIS > 0) {
                return;
            }
            oldest.remove();
            usedBytes -= bucket.bytes;
        }
    }

    /// Forgets keys, the one not asked for longest first, until there are as many bytes; false when they are held.
    private boolean makeRoom(int bytes) {
        Iterator<Map.Entry<Key, Bucket>> oldest = buckets.entrySet().iterator();
        while (usedBytes + bytes > capacityBytes && oldest.hasNext()) {
            Bucket bucket = oldest.next().getValue();
            if (bucket.holders > 0) {
                return false;
            }
            oldest.remove();
            usedBytes -= bucket.bytes;
        }
        return usedBytes + bytes <= capacityBytes;
    }

    @Override
    public String toString() {
        return name;
    }
}
