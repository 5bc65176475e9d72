/// TCP sessions: from an accepted descriptor to the log line.
///
/// Entry: [TcpSite], which takes accepted descriptors, and [TcpSession], the life of one; [PipelineSession] is that of one with
/// TLS or with a PROXY protocol header. Everything is confined to
/// the worker that accepted. Relaying a message allocates nothing; a session's begin and end do. Layer 6.
@NullMarked
package io.sluice.tcp;

import org.jspecify.annotations.NullMarked;
