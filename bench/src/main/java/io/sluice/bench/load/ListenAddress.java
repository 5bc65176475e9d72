package io.sluice.bench.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Where an upstream listens. Immutable.
///
/// @param joins another loop's upstream listens there already: the kernel spreads connections and flows over both
///     (SO_REUSEPORT)
record ListenAddress(InetSocketAddress address, boolean joins) {

    /// A port of the kernel's choice.
    static final ListenAddress ANY_PORT = new ListenAddress(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), false);
}
