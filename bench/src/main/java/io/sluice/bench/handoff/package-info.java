/// JMH: what it costs a thread to leave work to another one, and what happens when several do.
@NullMarked
package io.sluice.bench.handoff;

import org.jspecify.annotations.NullMarked;
