package io.sluice.config.model;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// TCP keep-alive of accepted sockets (`so_keepalive`); what is absent is left to the system. Immutable.
///
/// @param enabled absent: the system's default
/// @param idle TCP_KEEPIDLE
/// @param interval TCP_KEEPINTVL
/// @param probes TCP_KEEPCNT
public record KeepAliveConfig(
        Optional<Boolean> enabled, Optional<Duration> idle, Optional<Duration> interval, OptionalInt probes) {

    /// Nothing said: the system's defaults.
    public static final KeepAliveConfig DEFAULT =
            new KeepAliveConfig(Optional.empty(), Optional.empty(), Optional.empty(), OptionalInt.empty());
}
