/// The clock of a loop turn and the timers of a worker.
///
/// Entry: [TimerWheel], [Clock]. Everything is confined to one worker's event loop. Scheduling, cancelling and firing
/// allocate nothing: the object that waits is the timer. Layer 0.
@NullMarked
package io.sluice.time;

import org.jspecify.annotations.NullMarked;
