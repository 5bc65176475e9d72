/// JMH: what a line of an access log costs from its variables to the file's buffer.
@NullMarked
package io.sluice.bench.logformat;

import org.jspecify.annotations.NullMarked;
