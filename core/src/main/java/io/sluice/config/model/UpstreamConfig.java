package io.sluice.config.model;

import java.util.List;
import java.util.Optional;

/// One upstream group: an `upstream {}` block, or the implicit group of a `proxy_pass` to an address. Immutable.
///
/// @param name the block's name, or the address as written for an implicit group
/// @param implicit made from a `proxy_pass` that names no block
/// @param peers the `server` lines in order, at least one
/// @param zone `zone`: cursors and counts are shared by all workers
public record UpstreamConfig(
        Position position, String name, boolean implicit, List<PeerConfig> peers, BalancingPolicy policy,
        Optional<ZoneConfig> zone) {

    public UpstreamConfig {
        peers = List.copyOf(peers);
    }

    /// `zone name [size]`.
    public record ZoneConfig(Position position, String name, ByteSize size) {}
}
