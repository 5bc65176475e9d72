/// The nouns that sessions, flows, logs and metrics share.
///
/// Entry: [Outcome]. Immutable values; no I/O. Layer 1.
@NullMarked
package io.sluice.session;

import org.jspecify.annotations.NullMarked;
