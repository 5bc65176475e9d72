package io.sluice.upstream;

import java.net.Inet6Address;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.session.Failure;
import io.sluice.session.FailureKind;
import io.sluice.session.Side;

/// One session's walk over the peers of a group: at most one peer is held at a time, and none is tried twice. Confined to its
/// worker's event loop.
///
/// The session brings the time, the loop's monotonic clock. Allocates nothing after its construction, and up to 64 peers
/// nothing besides itself.
///
///     Peer peer = selection.next(nowNanos);
///     if (peer == null) close(new NotConnected(Selection.NO_LIVE_PEER));
///     connect(peer.address());
///     // it was refused or timed out:
///     selection.failed(nowNanos);
///     if (selection.triesLeft() > 0) again(); else close(new NotConnected(failure));
///     // it is established:
///     selection.connected();
///     // the session ends, in whatever way:
///     selection.release();
///
/// A request's attempt may fail after it was connected, too; there the peer has succeeded when the response's head is
/// accepted, and [RetryRules] say whether it is.
public final class Selection {

    /// Every peer is down, rests after failures, is full, or was tried.
    public static final Failure NO_LIVE_PEER = new Failure(FailureKind.NO_LIVE_PEER, Side.UPSTREAM, 0);

    /// No peer's index.
    static final int NONE = -1;

    private static final byte[] NO_KEY = {};

    private static final int COUNTING_IPV4_BYTES = 3;

    private final Balancer balancer;

    private final byte[] key;

    private final long connection;

    private Tier tier;

    private boolean onBackups;

    private int triesLeft;

    // Bit i: the peer at index i of the tier was tried. Tiers of more than 64 peers have the rest in triedBeyond.
    private long tried;

    private final long @Nullable [] triedBeyond;

    private int current = NONE;

    private boolean probing;

    private boolean connected;

    private boolean moved;

    // Whom the session belongs to, by [Peer#id].
    private @Nullable String preferred;

    // The hashing policies' own place in the walk; 0 at the start.

    /// Positions that a policy looked at in vain.
    int attempts;

    /// How often the key was hashed.
    int hashes;

    /// The sum of the key's hashes, or the position on the ring.
    int position;

    /// A walk for a group whose policy needs no key, without a limit on tries but the number of peers.
    public Selection(Balancer balancer, long connection) {
        this(balancer, NO_KEY, 0, connection);
    }

    /// @param key the value of the `hash` key, or [#addressKey] for `ip_hash`; empty for every other policy; not copied
    /// @param maxTries `proxy_next_upstream_tries`; 0: as many as there are peers
    /// @param connection the session's number in the error log
    public Selection(Balancer balancer, byte[] key, int maxTries, long connection) {
        UpstreamGroup group = balancer.group();
        this.balancer = balancer;
        this.key = key;
        this.connection = connection;
        this.tier = group.primaries();
        this.triesLeft = maxTries == 0 ? group.tries() : Math.min(maxTries, group.tries());
        int beyond = Math.max(0, group.largestTier() - 1) >> 6;
        this.triedBeyond = beyond == 0 ? null : new long[beyond];
    }

    /// The key of `ip_hash` for a client: what counts of its address; as in nginx, clients of unix-domain sockets share one.
    public static byte[] addressKey(Address client) {
        if (!(client instanceof Address.Ip ip)) {
            return new byte[COUNTING_IPV4_BYTES];
        }
        byte[] bytes = ip.host().getAddress();
        return ip.host() instanceof Inet6Address ? bytes : Arrays.copyOf(bytes, COUNTING_IPV4_BYTES);
    }

    /// Takes the next peer, which then counts this session as active; null when there is none to be had.
    ///
    /// A peer still held is given back first.
    public @Nullable Peer next(long nowNanos) {
        release();
        return triesLeft > 0 && balancer.select(this, nowNanos) ? peer() : null;
    }

    /// The session belongs to a peer, which it gets as long as that can be had; nothing when the group has no such peer.
    ///
    /// Called before the first [#next].
    ///
    /// @param id the peer's [Peer#id]
    public void prefer(String id) {
        preferred = id;
        int index = tier.firstOf(id);
        // A peer that drains is no candidate for others, so that it was not counted.
        if (index != NONE && tier.peer(index).drain() && triesLeft == 0) {
            triesLeft = 1;
        }
    }

    /// The group whose peers it walks over.
    public UpstreamGroup group() {
        return balancer.group();
    }

    /// The peer held, null before the first, after a failure and after the release.
    public @Nullable Peer peer() {
        return current == NONE ? null : tier.peer(current);
    }

    /// How many attempts are left: 0 after the last peer, or after the last permitted try.
    public int triesLeft() {
        return triesLeft;
    }

    /// The peer could not be connected to, or what it did later was no success: it is given back, and the failure counted.
    public void failed(long nowNanos) {
        if (current == NONE) {
            return;
        }
        Peer peer = tier.peer(current);
        if (!moved) {
            balancer.failed(onBackups, current);
        }
        if (peer.state().failed(peer, probing, nowNanos)) {
            balancer.group().reportDisabled(peer, connection);
        }
        leave(peer);
    }

    /// An idle connection to the peer turned out to be closed, or broke: the failure is counted as any other, but it takes
    /// away no try, and the only peer of a group may be had again.
    public void failedReused(long nowNanos) {
        if (current == NONE) {
            return;
        }
        failed(nowNanos);
        triesLeft++;
        if (balancer.group().alone()) {
            tried = 0;
        }
    }

    /// The peer has answered, but another is to be asked: it is given back.
    ///
    /// @param blamed whether that counts as its failure ([RetryRules#blames])
    public void passOver(boolean blamed, long nowNanos) {
        if (blamed) {
            failed(nowNanos);
        } else {
            succeeded();
            release();
        }
    }

    /// The session goes on with another worker: this one's balancer is not told of it any more.
    public void leaveWorker() {
        moved = true;
    }

    /// The connection stands, which is all that is expected of a peer of the stream module (UDP: it answered).
    public void connected() {
        succeeded();
    }

    /// The peer works. Idempotent for each peer.
    public void succeeded() {
        if (current == NONE || connected) {
            return;
        }
        connected = true;
        Peer peer = tier.peer(current);
        if (peer.state().succeeded(peer)) {
            balancer.group().reportBack(peer, connection);
        }
    }

    /// Gives the peer back without blame: the session ends, or what went wrong was not the peer's fault. Idempotent.
    public void release() {
        if (current == NONE) {
            return;
        }
        Peer peer = tier.peer(current);
        if (probing && !connected) {
            peer.state().probeAbandoned();
        }
        leave(peer);
    }

    byte[] key() {
        return key;
    }

    boolean onBackups() {
        return onBackups;
    }

    Peer peerAt(int index) {
        return tier.peer(index);
    }

    /// Whether the peer at `index` was not tried yet and could be had.
    boolean mayTry(int index, long nowNanos) {
        return !wasTried(index) && tier.peer(index).available(nowNanos);
    }

    /// The peer that the session belongs to, when it was not tried yet and could be had.
    int preferredIndex(long nowNanos) {
        if (preferred == null) {
            return NONE;
        }
        for (int index : tier.allOf(preferred)) {
            if (!wasTried(index) && tier.peer(index).availableToItsSessions(nowNanos)) {
                return index;
            }
        }
        return NONE;
    }

    /// Takes the peer at `index`, unless another worker was faster.
    boolean claim(int index, long nowNanos) {
        Peer peer = tier.peer(index);
        PeerState.Claim claim = peer.state().claim(peer, nowNanos);
        if (claim == PeerState.Claim.REFUSED) {
            return false;
        }
        probing = claim == PeerState.Claim.PROBE;
        connected = false;
        current = index;
        markTried(index);
        return true;
    }

    /// Goes over to the backups for the rest of the session; false when there are none or it has done so.
    boolean turnToBackups() {
        Tier backups = balancer.group().backups();
        if (onBackups || backups == null) {
            return false;
        }
        onBackups = true;
        tier = backups;
        tried = 0;
        if (triedBeyond != null) {
            Arrays.fill(triedBeyond, 0);
        }
        return true;
    }

    private void leave(Peer peer) {
        peer.state().leave();
        current = NONE;
        if (triesLeft > 0) {
            triesLeft--;
        }
    }

    private boolean wasTried(int index) {
        long word = index < Long.SIZE || triedBeyond == null ? tried : triedBeyond[(index >> 6) - 1];
        return (word >>> index & 1) != 0;
    }

    private void markTried(int index) {
        if (index < Long.SIZE || triedBeyond == null) {
            tried |= 1L << index;
        } else {
            triedBeyond[(index >> 6) - 1] |= 1L << index;
        }
    }
}
