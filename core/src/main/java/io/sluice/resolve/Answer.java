package io.sluice.resolve;

import java.net.InetAddress;
import java.util.List;

import org.jspecify.annotations.Nullable;

/// What a look-up came to. Immutable.
///
/// @param error null: it was found
/// @param found in the order of the servers' answers; empty when there is an error
/// @param validUntilNanos by `System.nanoTime`; of an error, when it may be asked again
public record Answer(@Nullable LookupError error, List<Found> found, long validUntilNanos) {

    /// No port, weight or priority of its own.
    static final int NONE = 0;

    public Answer {
        found = List.copyOf(found);
    }

    /// One address.
    ///
    /// @param target the name that a SRV record led to; empty without one
    /// @param port of the SRV record
    /// @param priority of the SRV record, the lowest goes first
    /// @param weight of the SRV record, at least 1
    public record Found(InetAddress address, String target, int port, int priority, int weight) {

        static Found of(InetAddress address) {
            return new Found(address, "", NONE, NONE, 1);
        }
    }

    static Answer failed(LookupError error, long nowNanos) {
        return new Answer(error, List.of(), nowNanos);
    }

    /// Whether it still holds.
    boolean isValid(long nowNanos) {
        return validUntilNanos - nowNanos > 0;
    }
}
