/// JMH: what a timeout costs to set, to move and to wait for, and how that grows with the timers.
@NullMarked
package io.sluice.bench.timer;

import org.jspecify.annotations.NullMarked;
