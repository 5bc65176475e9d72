/// TCP sessions: from an accepted descriptor to the log line.
///
/// Entry: [TcpServer], which takes accepted descriptors, and [TcpSession], the life of one. Everything is confined to
/// the worker that accepted. Relaying a message allocates nothing; a session's begin and end do. Layer 6.
@NullMarked
package io.sluice.tcp;

import org.jspecify.annotations.NullMarked;
