/// Names to addresses, at start and at each reload.
///
/// Entry: [Resolution], everything one configuration names, looked up together before a deadline. A [NameResolver] answers
/// one name; [SystemResolver] asks the system. Off the loops, on virtual threads; nothing here is called for a session.
/// Layer 3.
@NullMarked
package io.sluice.resolve;

import org.jspecify.annotations.NullMarked;
