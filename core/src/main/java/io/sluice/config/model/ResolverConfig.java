package io.sluice.config.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// `resolver`: the DNS servers that resolve names while the server runs. Immutable.
///
/// @param servers at least one
/// @param valid how long an answer holds; absent: as long as it says itself
/// @param ipv4 whether IPv4 addresses are asked for
/// @param ipv6 whether IPv6 addresses are asked for
public record ResolverConfig(
        Position position, List<Address.Ip> servers, Optional<Duration> valid, boolean ipv4, boolean ipv6) {

    public ResolverConfig {
        servers = List.copyOf(servers);
    }
}
