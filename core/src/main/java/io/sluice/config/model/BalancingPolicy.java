package io.sluice.config.model;

/// How a group chooses among its peers. Immutable.
public sealed interface BalancingPolicy {

    /// Smooth weighted rotation, nginx's default.
    record RoundRobin() implements BalancingPolicy {}

    /// The peer with the fewest sessions in proportion to its weight.
    record LeastConnections() implements BalancingPolicy {}

    /// A peer by the hash of a key.
    ///
    /// @param consistent ketama points instead of modulo
    record Hash(TemplateConfig key, boolean consistent) implements BalancingPolicy {}

    /// A peer by the client's address: the first three bytes of an IPv4 one, an IPv6 one as a whole.
    record IpHash() implements BalancingPolicy {}

    /// A weighted random peer.
    ///
    /// @param two draw two, take the one with fewer sessions in proportion to its weight
    record Random(boolean two) implements BalancingPolicy {}
}
