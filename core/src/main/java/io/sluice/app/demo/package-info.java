/// Applications behind the proxy of the demo that take a library: a chat by WebSocket, on Netty's server.
///
/// Entry: [ChatServer]. Runs on threads of its own, never on a worker's loop. Allocates freely. Layer 9, part of `app`.
@NullMarked
package io.sluice.app.demo;

import org.jspecify.annotations.NullMarked;
