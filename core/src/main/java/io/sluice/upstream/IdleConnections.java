package io.sluice.upstream;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.config.model.UpstreamConfig;
import io.sluice.time.Timer;
import io.sluice.time.TimerWheel;

/// The idle connections that one worker keeps to the peers of one group: `keepalive`. Confined to its worker's event loop.
///
/// Holds at most as many as the directive says, whichever peers they go to; the one that is idle for longest makes room. The
/// newest to a peer is used first, so that the others run into their timeout when fewer are needed. Taking and putting
/// allocates nothing but, once for each address, its bucket.
///
///     KeptConnection<C> kept = idle.take(peer.address(), tlsName);
///     if (kept == null) kept = new KeptConnection<>(connect(peer), peer.address(), tlsName, nowNanos);
///     // the response has ended, all of the request was sent, and both sides keep the connection:
///     if (!idle.put(kept, nowNanos)) close(kept.connection());
///     // the peer closes, or sends what nobody asked for, while it is idle:
///     if (idle.remove(kept)) close(kept.connection());
///
/// @param <C> whatever a connection is
public final class IdleConnections<C> {

    private final int capacity;

    private final int maxRequests;

    private final long maxAgeNanos;

    private final long timeoutNanos;

    private final TimerWheel wheel;

    private final Consumer<C> close;

    private final Map<Address, Bucket<C>> buckets = new HashMap<>();

    // One for all: since all wait equally long, the oldest is always due first. Looks again when it fires, so that taking
    // and putting never move it.
    private final Timer expiry = new Timer() {

        @Override
        protected void onTimer(long nowNanos) {
            expire(nowNanos);
        }
    };

    private @Nullable KeptConnection<C> newest;

    private @Nullable KeptConnection<C> oldest;

    private int size;

    private boolean retired;

    /// An empty pool.
    ///
    /// @param wheel the worker's
    /// @param close closes a connection that has been taken out: idle for too long, or pushed out; may call back
    public IdleConnections(UpstreamConfig.KeepAlive config, TimerWheel wheel, Consumer<C> close) {
        this.capacity = config.connections();
        this.maxRequests = config.requests();
        this.maxAgeNanos = TimeUnit.NANOSECONDS.convert(config.time());
        this.timeoutNanos = TimeUnit.NANOSECONDS.convert(config.timeout());
        this.wheel = wheel;
        this.close = close;
    }

    /// How many are idle.
    public int size() {
        return size;
    }

    /// Takes the newest idle connection to a peer, for one more request; null when there is none.
    ///
    /// @param identity what it must have been made with
    public @Nullable KeptConnection<C> take(Address address, @Nullable Object identity) {
        Bucket<C> bucket = buckets.get(address);
        if (bucket == null) {
            return null;
        }
        for (KeptConnection<C> kept = bucket.newest; kept != null; kept = kept.olderOfPeer) {
            if (kept.serves(identity)) {
                unlink(kept);
                kept.countRequest();
                return kept;
            }
        }
        return null;
    }

    /// Keeps a connection whose request has ended.
    ///
    /// @return false when it has served as many requests or as long as it may, or the pool has retired: the caller closes it
    public boolean put(KeptConnection<C> kept, long nowNanos) {
        if (kept.isIdle()) {
            throw new IllegalStateException("the connection is idle already");
        }
        if (retired
                || capacity == 0
                || timeoutNanos == 0
                || kept.requests() >= maxRequests
                || nowNanos - kept.sinceNanos() > maxAgeNanos) {
            return false;
        }
        KeptConnection<C> last = oldest;
        if (size == capacity && last != null) {
            unlink(last);
            link(kept, nowNanos);
            close.accept(last.connection());
        } else {
            link(kept, nowNanos);
        }
        if (!expiry.isScheduled()) {
            wheel.schedule(expiry, nowNanos + timeoutNanos);
        }
        return true;
    }

    /// Takes a certain connection out: its peer has closed it, or has sent what cannot be a response.
    ///
    /// @return whether it was idle here, so that the caller closes it
    public boolean remove(KeptConnection<C> kept) {
        if (!kept.isIdle()) {
            return false;
        }
        unlink(kept);
        return true;
    }

    /// Closes all and keeps none any more: its generation has retired.
    public void retire() {
        retired = true;
        wheel.cancel(expiry);
        for (KeptConnection<C> last = oldest; last != null; last = oldest) {
            unlink(last);
            close.accept(last.connection());
        }
        buckets.clear();
    }

    private void expire(long nowNanos) {
        for (KeptConnection<C> last = oldest;
                last != null && nowNanos - last.idleSinceNanos >= timeoutNanos;
                last = oldest) {
            unlink(last);
            close.accept(last.connection());
        }
        KeptConnection<C> next = oldest;
        if (next != null && !retired) {
            wheel.schedule(expiry, next.idleSinceNanos + timeoutNanos);
        }
        // Peers come and go with name resolution.
        buckets.values().removeIf(bucket -> bucket.newest == null);
    }

    private void link(KeptConnection<C> kept, long nowNanos) {
        Bucket<C> bucket = buckets.get(kept.address());
        if (bucket == null) {
            bucket = new Bucket<>();
            buckets.put(kept.address(), bucket);
        }
        kept.bucket = bucket;
        kept.idleSinceNanos = nowNanos;
        kept.older = newest;
        if (newest == null) {
            oldest = kept;
        } else {
            newest.newer = kept;
        }
        newest = kept;
        kept.olderOfPeer = bucket.newest;
        if (bucket.newest != null) {
            bucket.newest.newerOfPeer = kept;
        }
        bucket.newest = kept;
        size++;
    }

    private void unlink(KeptConnection<C> kept) {
        Bucket<C> bucket = kept.bucket;
        if (bucket == null) {
            throw new IllegalStateException("the connection is not idle");
        }
        if (kept.newer == null) {
            newest = kept.older;
        } else {
            kept.newer.older = kept.older;
        }
        if (kept.older == null) {
            oldest = kept.newer;
        } else {
            kept.older.newer = kept.newer;
        }
        if (kept.newerOfPeer == null) {
            bucket.newest = kept.olderOfPeer;
        } else {
            kept.newerOfPeer.olderOfPeer = kept.olderOfPeer;
        }
        if (kept.olderOfPeer != null) {
            kept.olderOfPeer.newerOfPeer = kept.newerOfPeer;
        }
        kept.bucket = null;
        kept.newer = null;
        kept.older = null;
        kept.newerOfPeer = null;
        kept.olderOfPeer = null;
        size--;
    }

    /// The idle connections to one address, the newest first. Confined to its worker's event loop.
    static final class Bucket<C> {

        @Nullable KeptConnection<C> newest;
    }
}
