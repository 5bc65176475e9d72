/// JMH: what finding a datagram's flow costs, and how that grows with their number.
@NullMarked
package io.sluice.bench.flowtable;

import org.jspecify.annotations.NullMarked;
