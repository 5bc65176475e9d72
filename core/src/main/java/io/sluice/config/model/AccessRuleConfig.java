package io.sluice.config.model;

import java.net.InetAddress;

/// One `allow` or `deny`. Immutable.
public record AccessRuleConfig(Position position, boolean allow, Subject subject) {

    /// Whom the rule speaks of.
    public sealed interface Subject {

        /// Everybody.
        record All() implements Subject {}

        /// Whoever came by a unix-domain socket.
        record Unix() implements Subject {}

        /// The addresses whose first `prefixLength` bits are those of `network`.
        record Network(InetAddress network, int prefixLength) implements Subject {}
    }
}
