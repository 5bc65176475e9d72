/// JMH: what reading a configuration costs, and how long a request's server and location take to find in a large one.
@NullMarked
package io.sluice.bench.config;

import org.jspecify.annotations.NullMarked;
