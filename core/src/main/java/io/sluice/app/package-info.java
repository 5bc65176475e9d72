/// The process around the proxy: command line, pid file, signals, the demo; and [Sluice], the entry for Java programs.
///
/// Entry: [Main] for the launcher, [Sluice] for programs that embed the proxy. Runs on the main thread, the signal thread and
/// a thread for reloads; never on a worker's loop. Allocates freely. Layer 9, sees everything.
@NullMarked
package io.sluice.app;

import org.jspecify.annotations.NullMarked;
