/// `scripts/bench load` and `scripts/bench upstream`: the load generator on its own, against whatever stands in between.
///
/// Entries: [LoadCommand] and [UpstreamCommand]. Confined to the thread that runs the command line; clients and upstreams
/// are those of [io.sluice.bench.load].
@NullMarked
package io.sluice.bench.generate;

import org.jspecify.annotations.NullMarked;
