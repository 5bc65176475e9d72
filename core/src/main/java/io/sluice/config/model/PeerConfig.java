package io.sluice.config.model;

import java.time.Duration;
import java.util.Optional;

/// One `server` line of an upstream group; a name that resolves to n addresses becomes n peers. Immutable.
///
/// @param weight at least 1
/// @param maxConnections 0: unlimited
/// @param maxFails 0: failures are not counted
/// @param failTimeout the window in which failures count, and how long a failed peer rests
/// @param route `route=`, what a sticky session names it by; empty: its address's digest
/// @param drain only sticky sessions that have it get it
/// @param resolve the name is resolved again and again while the server runs; absent: once, at start
public record PeerConfig(
        Position position,
        Endpoint endpoint,
        int weight,
        int maxConnections,
        int maxFails,
        Duration failTimeout,
        boolean backup,
        boolean down,
        String route,
        boolean drain,
        Optional<Resolve> resolve) {

    /// `resolve`, and with it `service=`.
    ///
    /// @param service of SRV records, which say the ports; empty: the name's addresses are meant
    public record Resolve(String service) {}

    /// A `server` line without parameters.
    public static PeerConfig of(Position position, Endpoint endpoint) {
        return new PeerConfig(position, endpoint, 1, 0, 1, Duration.ofSeconds(10), false, false, "", false, Optional.empty());
    }
}
