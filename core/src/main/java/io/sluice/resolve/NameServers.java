package io.sluice.resolve;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.sluice.config.model.ResolverConfig;

/// A `resolver`: whom to ask, and how long to believe the answer. Immutable.
///
/// Two that are equal share their answers, also those of two generations.
///
/// @param addresses at least one
/// @param validNanos how long an answer holds; 0: as long as it says itself
/// @param ipv4 whether IPv4 addresses are asked for
/// @param ipv6 whether IPv6 addresses are asked for; at least one of them is
public record NameServers(List<InetSocketAddress> addresses, long validNanos, boolean ipv4, boolean ipv6) {

    public NameServers {
        addresses = List.copyOf(addresses);
    }

    /// Those of a directive.
    public static NameServers of(ResolverConfig config) {
        return new NameServers(
                config.servers().stream().map(ip -> new InetSocketAddress(ip.host(), ip.port())).toList(),
                config.valid().map(TimeUnit.NANOSECONDS::convert).orElse(0L), config.ipv4(), config.ipv6());
    }
}
