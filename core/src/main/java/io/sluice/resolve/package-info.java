/// Names to addresses: at start and at each reload, and while the server runs.
///
/// Entry: [Resolution], everything one configuration names, looked up together before a deadline. A [NameResolver] answers
/// one name; [SystemResolver] asks the system. Off the loops, on virtual threads; nothing of it is called for a session.
///
/// For sessions there is the [ResolverLoop], which asks DNS servers on a thread of its own, by Netty's codec; a worker speaks
/// to it through its [WorkerNames].
/// Layer 3.
@NullMarked
package io.sluice.resolve;

import org.jspecify.annotations.NullMarked;
