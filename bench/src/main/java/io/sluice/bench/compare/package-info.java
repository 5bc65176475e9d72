/// Sluice, nginx and HAProxy side by side: the same load on each in turns, round after round.
///
/// Entries are commands: [CompareCommand], [ScaleCommand] and [SyscallsCommand]. [Scenario] says what is measured and which bars
/// it has, [Program] how each proxy is configured and started, [Inspection] looks whether proxies are alike, [Comparison]
/// runs, and classes that end in `Report` tell. Everything here runs on the one thread of the command; the load has its
/// own ([io.sluice.bench.load]).
@NullMarked
package io.sluice.bench.compare;

import org.jspecify.annotations.NullMarked;
