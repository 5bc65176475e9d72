package io.sluice.upstream;

import java.util.function.Supplier;

/// A group as a generation has it: its peers are what they were at start, or change while the server runs. Thread-safe.
public sealed interface PeerSource permits UpstreamGroup, ResolvedGroup {

    /// For one worker: what balances a session that begins now.
    Supplier<Balancer> forWorker();
}
