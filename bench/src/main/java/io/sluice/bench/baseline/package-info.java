/// JMH: what the mechanisms below the proxy cost by themselves, the floor that nothing built on them gets under.
@NullMarked
package io.sluice.bench.baseline;

import org.jspecify.annotations.NullMarked;
