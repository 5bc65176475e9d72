/// JMH: what counting costs a worker.
@NullMarked
package io.sluice.bench.metrics;

import org.jspecify.annotations.NullMarked;
