/// JMH: what passing bytes on from one socket to the other costs a worker, by a buffer and by splice(2).
@NullMarked
package io.sluice.bench.relay;

import org.jspecify.annotations.NullMarked;
