/// The instrument: measures Sluice beside nginx and HAProxy, and single parts of it by JMH.
///
/// Entry: [Bench], the command line behind `scripts/bench`. Nothing of the proxy depends on this module; it uses the
/// proxy only as a process of its own, except in the JMH benchmarks.
@NullMarked
package io.sluice.bench;

import org.jspecify.annotations.NullMarked;
