package io.sluice.upstream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.ByteSize;

/// Which peer each learned session belongs to: the zone of `sticky learn`, once for the process. Thread-safe.
///
/// A session is known by the digest of its value, so that what strangers send takes no room of its own. When the zone is full
/// the sessions that were used least recently are forgotten. Striped by the digest; touched twice a request at most.
final class SessionTable {

    /// What nginx's zone takes for a session: one megabyte holds about 4000.
    private static final int BYTES_PER_SESSION = 256;

    private static final int STRIPES = 16;

    // Fewer would make the bound of a stripe too rough.
    private static final int MIN_SESSIONS_PER_STRIPE = 64;

    private record Key(long high, long low) {}

    private record Place(String peer, long learnedNanos) {}

    private final Stripe[] stripes;

    SessionTable(ByteSize size) {
        long capacity = Math.max(1, size.bytes() / BYTES_PER_SESSION);
        int count = capacity >= (long) STRIPES * MIN_SESSIONS_PER_STRIPE ? STRIPES : 1;
        stripes = new Stripe[count];
        for (int i = 0; i < count; i++) {
            stripes[i] = new Stripe((int) Math.min(Integer.MAX_VALUE, capacity / count));
        }
    }

    /// The peer's id; null when the session is unknown or was not used for `timeoutNanos`.
    @Nullable String lookUp(String session, long timeoutNanos, long nowNanos) {
        Key key = key(session);
        return stripe(key).lookUp(key, timeoutNanos, nowNanos);
    }

    /// The session was served by a peer, to which it belongs from now on.
    ///
    /// @param create whether a session that is unknown is added
    void learn(String session, String peer, boolean create, long timeoutNanos, long nowNanos) {
        Key key = key(session);
        stripe(key).learn(key, new Place(peer, nowNanos), create, timeoutNanos);
    }

    int size() {
        int size = 0;
        for (Stripe stripe : stripes) {
            size += stripe.size();
        }
        return size;
    }

    private Stripe stripe(Key key) {
        return stripes[(int) key.high() & (stripes.length - 1)];
    }

    private static Key key(String session) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(session.getBytes(StandardCharsets.UTF_8));
            ByteBuffer words = ByteBuffer.wrap(digest);
            return new Key(words.getLong(), words.getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    /// A share of the sessions. Thread-safe: guarded by its monitor.
    private static final class Stripe {

        private final int capacity;

        // In the order of their last use, which is always now.
        private final LinkedHashMap<Key, Place> places = new LinkedHashMap<>();

        Stripe(int capacity) {
            this.capacity = capacity;
        }

        synchronized @Nullable String lookUp(Key key, long timeoutNanos, long nowNanos) {
            Place place = places.get(key);
            return place == null || expired(place, timeoutNanos, nowNanos) ? null : place.peer();
        }

        synchronized void learn(Key key, Place place, boolean create, long timeoutNanos) {
            Place present = places.get(key);
            boolean known = present != null && !expired(present, timeoutNanos, place.learnedNanos());
            if (!known && !create) {
                return;
            }
            places.putLast(key, place);
            Map.Entry<Key, Place> eldest = places.firstEntry();
            while (eldest != null
                    && (places.size() > capacity || expired(eldest.getValue(), timeoutNanos, place.learnedNanos()))) {
                places.pollFirstEntry();
                eldest = places.firstEntry();
            }
        }

        synchronized int size() {
            return places.size();
        }

        private static boolean expired(Place place, long timeoutNanos, long nowNanos) {
            return nowNanos - place.learnedNanos() >= timeoutNanos;
        }
    }
}
