/// The load generator: clients and upstreams that a proxy under test stands between, on one event loop.
///
/// Entry: [LoadGenerator]. Everything but it and the values it gives is confined to the load loop. Exchanging messages
/// and moving bytes allocates nothing.
@NullMarked
package io.sluice.bench.load;

import org.jspecify.annotations.NullMarked;
