/// The load generator: clients and upstreams that a proxy under test stands between, on event loops.
///
/// Entries: [LoadGenerator], and [UpstreamServer] for loads from elsewhere. Everything but these and the values they give is
/// confined to a load loop. Exchanging messages and moving bytes allocates nothing.
@NullMarked
package io.sluice.bench.load;

import org.jspecify.annotations.NullMarked;
