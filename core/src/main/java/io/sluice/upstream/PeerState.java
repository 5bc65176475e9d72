package io.sluice.upstream;

import java.util.concurrent.atomic.AtomicInteger;

/// What one process counts of one peer: its sessions and its failures. Thread-safe.
///
/// A peer without failures is judged by two plain reads of volatile fields; only one that has failed takes the monitor,
/// so that of all workers that see its rest end, one session goes and tries.
///
///     working -- max_fails failures --> resting -- fail_timeout --> one attempt -- it fails --> resting
///        ^                                                               |
///        +---------------------------- it succeeds ----------------------+
final class PeerState {

    /// How a request for the peer ended.
    enum Claim {
        /// It rests or is full.
        REFUSED,
        /// Its session count has been raised.
        ADMITTED,
        /// As [#ADMITTED], and the window since the last failure is over: this attempt decides.
        PROBE
    }

    private final AtomicInteger active = new AtomicInteger();

    // Written under the monitor.
    private volatile int failures;

    // When the last failure happened or the last probe was let through; written under the monitor.
    private volatile long checkedNanos;

    // Under the monitor.
    private long failedNanos;

    int active() {
        return active.get();
    }

    int failures() {
        return failures;
    }

    /// Whether `maxFails` (0: never) failures have put the peer to rest.
    boolean resting(int maxFails, long failTimeoutNanos, long nowNanos) {
        return maxFails > 0 && failures >= maxFails && nowNanos - checkedNanos <= failTimeoutNanos;
    }

    /// Takes one of the peer's places, unless it rests or is full.
    Claim claim(Peer peer, long nowNanos) {
        if (failures == 0) {
            return enter(peer.maxConnections()) ? Claim.ADMITTED : Claim.REFUSED;
        }
        synchronized (this) {
            if (resting(peer.maxFails(), peer.failTimeoutNanos(), nowNanos) || !enter(peer.maxConnections())) {
                return Claim.REFUSED;
            }
            if (failures == 0 || nowNanos - checkedNanos <= peer.failTimeoutNanos()) {
                return Claim.ADMITTED;
            }
            checkedNanos = nowNanos;
            return Claim.PROBE;
        }
    }

    /// Gives the place back.
    void leave() {
        active.decrementAndGet();
    }

    /// Counts a failed attempt.
    ///
    /// @param probe the attempt was a [Claim#PROBE]
    /// @return whether this is what put the peer to rest
    synchronized boolean failed(Peer peer, boolean probe, long nowNanos) {
        failures++;
        failedNanos = nowNanos;
        checkedNanos = nowNanos;
        return peer.maxFails() > 0 && (failures == peer.maxFails() || (probe && failures > peer.maxFails()));
    }

    /// An attempt succeeded: once the window since the last failure is over, failures are forgotten.
    ///
    /// @return whether that took the peer out of its rest
    boolean succeeded(Peer peer) {
        if (failures == 0) {
            return false;
        }
        synchronized (this) {
            if (checkedNanos - failedNanos <= 0) {
                return false;
            }
            boolean wasResting = peer.maxFails() > 0 && failures >= peer.maxFails();
            failures = 0;
            return wasResting;
        }
    }

    /// A probe ended before anything was learned of the peer: the next session may try at once.
    synchronized void probeAbandoned() {
        checkedNanos = failedNanos;
    }

    private boolean enter(int maxConnections) {
        if (maxConnections == 0) {
            active.incrementAndGet();
            return true;
        }
        int seen = active.get();
        while (seen < maxConnections) {
            int witness = active.compareAndExchange(seen, seen + 1);
            if (witness == seen) {
                return true;
            }
            seen = witness;
        }
        return false;
    }
}
