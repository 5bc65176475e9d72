package io.sluice.route;

import java.util.List;

/// A server's `limit_conn` directives: a session gets a place in every zone, or in none. Immutable.
///
///     switch (limits.admit(keys)) {
///         case Rejected rejected -> close(LIMITED);       // or go on without a place: limit_conn_dry_run
///         case Admitted places -> relay();                // and at the session's end: places.release()
///     }
public final class SessionLimits {

    /// Lets everybody in.
    public static final SessionLimits NONE = new SessionLimits(List.of());

    private static final Admitted UNCOUNTED = new Admitted(new LimitZone.Lease[0], 0);

    /// `limit_conn zone connections`.
    public record Limit(LimitZone zone, int connections) {}

    /// What becomes of a session.
    public sealed interface Admission permits Admitted, Rejected {}

    /// The first limit that stands in the way.
    public record Rejected(Limit limit, LimitZone.Refusal refusal) implements Admission {

        /// nginx's sentence for the error log.
        public String message(boolean dryRun) {
            return "limiting connections" + (dryRun ? ", dry run," : "") + " by zone \"" + limit.zone().name() + "\"";
        }
    }

    private final List<Limit> limits;

    /// @param limits in the order of the configuration
    public SessionLimits(List<Limit> limits) {
        this.limits = List.copyOf(limits);
    }

    /// The limits in order, for which a session evaluates the keys.
    public List<Limit> limits() {
        return limits;
    }

    /// Whether a key is too long to be counted, which the session reports before it goes on.
    public static boolean isTooLong(byte[] key) {
        return key.length > LimitZone.MAX_KEY_BYTES;
    }

    /// Takes a place in every zone for which the session has a key; an empty key, and one that is too long, counts nowhere.
    ///
    /// @param keys the value of each limit's key, in the order of [#limits]; kept, not copied
    public Admission admit(byte[]... keys) {
        if (limits.isEmpty()) {
            return UNCOUNTED;
        }
        LimitZone.Lease[] leases = new LimitZone.Lease[limits.size()];
        int taken = 0;
        for (int i = 0; i < leases.length; i++) {
            Limit limit = limits.get(i);
            if (keys[i].length == 0 || isTooLong(keys[i])) {
                continue;
            }
            switch (limit.zone().acquire(keys[i], limit.connections())) {
                case LimitZone.Lease lease -> leases[taken++] = lease;
                case LimitZone.Refusal refusal -> {
                    new Admitted(leases, taken).release();
                    return new Rejected(limit, refusal);
                }
            }
        }
        return taken == 0 ? UNCOUNTED : new Admitted(leases, taken);
    }

    /// One session's places. Confined to its worker's event loop.
    public static final class Admitted implements Admission {

        private final LimitZone.Lease[] leases;

        private final boolean counted;

        private int held;

        /// @param leases the first `held` of them are the session's
        private Admitted(LimitZone.Lease[] leases, int held) {
            this.leases = leases;
            this.held = held;
            this.counted = held > 0;
        }

        /// Whether any limit applied: `$limit_conn_status` is PASSED then, and empty otherwise.
        public boolean counted() {
            return counted;
        }

        /// Gives the places back. Idempotent.
        public void release() {
            while (held > 0) {
                leases[--held].release();
            }
        }
    }
}
