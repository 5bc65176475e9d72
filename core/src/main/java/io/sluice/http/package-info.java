/// HTTP/1.1: connections, exchanges, proxying, upgrades.
///
/// Entry: [HttpEndpoint] takes what a listener accepts, [HttpServers] compiles a configuration, [WorkerHttp] is what one
/// worker has for all of it. Everything else is confined to its worker's event loop. An exchange allocates: its head,
/// Netty's buffers, and what variables need; a relayed body nothing but Netty's pooled buffers. After a 101 the pair is a
/// relay of `io.sluice.tcp`. Layer 6.
@NullMarked
package io.sluice.http;

import org.jspecify.annotations.NullMarked;
