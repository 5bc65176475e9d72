package io.sluice.config.model;

import java.time.Duration;
import java.util.Optional;

/// How names are resolved while the server runs: `resolver` and `resolver_timeout`. Immutable.
///
/// @param resolver absent: they are not
/// @param timeout of one name
public record ResolverOptions(Optional<ResolverConfig> resolver, Duration timeout) {

    /// nginx's defaults.
    public static final ResolverOptions NONE = new ResolverOptions(Optional.empty(), Duration.ofSeconds(30));
}
