/// Upstream groups: their peers, who of them gets the next session, and what is remembered of their failures.
///
/// Entry: [UpstreamGroup], from which a worker takes its [Balancer]; a session walks the group with a [Selection].
/// Groups and peers are immutable and shared by all workers; what they count lives in a [PeerStates] that outlasts reloads.
/// Selecting allocates nothing beyond the session's one [Selection]. Layer 4.
@NullMarked
package io.sluice.upstream;

import org.jspecify.annotations.NullMarked;
