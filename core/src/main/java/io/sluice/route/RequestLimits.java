package io.sluice.route;

import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/// A location's `limit_req` directives: a request counts in every zone, or in none. Immutable.
///
/// Asked once for each request, also when it is redirected internally.
///
///     switch (limits.check(nowMillis, keys)) {
///         case Passed passed -> proceed();                       // limit_req_status is PASSED if passed.counted()
///         case Delayed delayed -> schedule(delayed.millis());    // DELAYED
///         case Rejected rejected -> answer(503);                 // REJECTED
///     }
public final class RequestLimits {

    /// Lets everything pass.
    public static final RequestLimits NONE = new RequestLimits(List.of());

    private static final Passed UNCOUNTED = new Passed(false);

    private static final Passed COUNTED = new Passed(true);

    private static final int MILLIS = 1000;

    /// `limit_req zone burst delay`.
    ///
    /// @param milliRate the zone's rate, in thousandths of a request a second; at least 1
    /// @param burst how many requests may be ahead of their time
    /// @param delayAfter from which of them on requests are delayed; with `nodelay` as many as `burst`
    public record Limit(RateZone zone, long milliRate, int burst, int delayAfter) {

        private long burstExcess() {
            return (long) burst * RateZone.REQUEST;
        }

        private long delayMillis(long excess) {
            // Past the burst by what others did meanwhile; nodelay means never all the same.
            long undelayed = delayAfter >= burst ? Long.MAX_VALUE : (long) delayAfter * RateZone.REQUEST;
            return excess <= undelayed ? 0 : (excess - undelayed) * MILLIS / milliRate;
        }
    }

    /// What becomes of a request.
    public sealed interface Verdict permits Passed, Delayed, Rejected {}

    /// It goes on at once.
    ///
    /// @param counted whether any limit applied
    public record Passed(boolean counted) implements Verdict {}

    /// It goes on after a while.
    ///
    /// @param limit the one that asks for the longest delay
    /// @param excess in thousandths of a request
    public record Delayed(Limit limit, long excess, long millis) implements Verdict {

        /// nginx's sentence for the error log.
        public String message(boolean dryRun) {
            return "delaying request" + (dryRun ? ", dry run" : "") + ", excess: " + decimal(excess) + ", by zone \""
                    + limit.zone().name() + "\"";
        }
    }

    /// The first limit that stands in the way.
    ///
    /// @param excess in thousandths of a request
    /// @param zoneFull the key is new and there is no room for it, which is no matter of the excess
    public record Rejected(Limit limit, long excess, boolean zoneFull) implements Verdict {

        /// nginx's sentence for the error log.
        public String message(boolean dryRun) {
            return zoneFull
                    ? "could not allocate node in limit_req zone \"" + limit.zone().name() + "\""
                    : "limiting requests" + (dryRun ? ", dry run" : "") + ", excess: " + decimal(excess) + " by zone \""
                            + limit.zone().name() + "\"";
        }
    }

    private final List<Limit> limits;

    /// @param limits in the order of the configuration
    public RequestLimits(List<Limit> limits) {
        this.limits = List.copyOf(limits);
    }

    /// The limits in order, for which a request evaluates the keys.
    public List<Limit> limits() {
        return limits;
    }

    /// Whether a key is too long to be counted, which the request reports before it goes on.
    public static boolean isTooLong(byte[] key) {
        return key.length > RateZone.MAX_KEY_BYTES;
    }

    /// Counts a request in every zone for which it has a key, unless one of them rejects it; an empty key, and one that is too
    /// long, counts nowhere.
    ///
    /// @param nowMillis a clock that does not go backwards, the same for all workers
    /// @param keys the value of each limit's key, in the order of [#limits]; kept, not copied
    public Verdict check(long nowMillis, byte[]... keys) {
        if (limits.isEmpty()) {
            return UNCOUNTED;
        }
        if (limits.size() == 1) {
            return counts(keys[0]) ? checkOne(limits.getFirst(), keys[0], nowMillis) : UNCOUNTED;
        }
        RateZone.@Nullable Bucket[] held = new RateZone.@Nullable Bucket[limits.size()];
        for (int i = 0; i < held.length; i++) {
            if (counts(keys[i])) {
                Rejected rejected = hold(i, keys[i], nowMillis, held);
                if (rejected != null) {
                    release(held);
                    return rejected;
                }
            }
        }
        return account(held, nowMillis);
    }

    /// The usual case: looking and counting are one step.
    private static Verdict checkOne(Limit limit, byte[] key, long nowMillis) {
        RateZone.Bucket bucket = limit.zone().hold(key, nowMillis, limit.milliRate());
        if (bucket == null) {
            return new Rejected(limit, 0, true);
        }
        long excess = limit.zone().accountWithin(bucket, nowMillis, limit.milliRate(), limit.burstExcess());
        if (excess > limit.burstExcess()) {
            return new Rejected(limit, excess, false);
        }
        long millis = limit.delayMillis(excess);
        return millis == 0 ? COUNTED : new Delayed(limit, excess, millis);
    }

    private @Nullable Rejected hold(int index, byte[] key, long nowMillis, RateZone.@Nullable Bucket[] held) {
        Limit limit = limits.get(index);
        RateZone.Bucket bucket = limit.zone().hold(key, nowMillis, limit.milliRate());
        if (bucket == null) {
            return new Rejected(limit, 0, true);
        }
        held[index] = bucket;
        long excess = limit.zone().excess(bucket, nowMillis, limit.milliRate());
        return excess > limit.burstExcess() ? new Rejected(limit, excess, false) : null;
    }

    private void release(RateZone.@Nullable Bucket[] held) {
        for (int i = 0; i < held.length; i++) {
            RateZone.Bucket bucket = held[i];
            if (bucket != null) {
                limits.get(i).zone().release(bucket);
            }
        }
    }

    /// From the last to the first, as nginx does: of two that ask for the same delay the later one is named.
    private Verdict account(RateZone.@Nullable Bucket[] held, long nowMillis) {
        Verdict verdict = UNCOUNTED;
        long longest = 0;
        for (int i = held.length - 1; i >= 0; i--) {
            RateZone.Bucket bucket = held[i];
            if (bucket == null) {
                continue;
            }
            Limit limit = limits.get(i);
            long excess = limit.zone().account(bucket, nowMillis, limit.milliRate());
            long millis = limit.delayMillis(excess);
            if (millis > longest) {
                longest = millis;
                verdict = new Delayed(limit, excess, millis);
            } else if (longest == 0) {
                verdict = COUNTED;
            }
        }
        return verdict;
    }

    private static boolean counts(byte[] key) {
        return key.length > 0 && !isTooLong(key);
    }

    private static String decimal(long thousandths) {
        return String.format(Locale.ROOT, "%d.%03d", thousandths / RateZone.REQUEST, thousandths % RateZone.REQUEST);
    }
}
