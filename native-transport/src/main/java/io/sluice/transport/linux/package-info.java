/// Linux, as its man pages describe it: system calls by `java.lang.foreign`, error numbers, socket addresses, raw memory.
///
/// Entry: [LinuxCalls]. A [LinuxCalls] belongs to one thread; the rest is immutable or static. Calls allocate nothing
/// unless their doc says so. Layer 0, the lowest package of native-transport.
@NullMarked
package io.sluice.transport.linux;

import org.jspecify.annotations.NullMarked;
