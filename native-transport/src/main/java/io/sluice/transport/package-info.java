/// Sockets, pipes and event loops on epoll and on io_uring, with the same behaviour on both.
///
/// Entry: [Transport#newLoop] makes the I/O side of a Netty `IoEventLoop`; [SocketLoop] makes sockets. Everything that
/// belongs to a loop is confined to its thread. Moving bytes allocates nothing. Layer 0; no proxy word occurs here.
@NullMarked
package io.sluice.transport;

import org.jspecify.annotations.NullMarked;
