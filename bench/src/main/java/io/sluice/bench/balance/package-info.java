/// JMH: what choosing a peer costs a session.
@NullMarked
package io.sluice.bench.balance;

import org.jspecify.annotations.NullMarked;
