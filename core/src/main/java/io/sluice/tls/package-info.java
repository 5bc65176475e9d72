/// TLS on both sides: contexts from configurations, the handshake of an accepted connection, what handshakes told.
///
/// Entry: [TlsContexts], one for the process, makes [ServerTls] and [UpstreamTls], both immutable and shared by all workers;
/// [DownstreamTls] is the handler of an accepted connection and ends in a [TlsEvent]. A handshake runs on its worker's event
/// loop from end to end. After it nothing of this package is in the way of a record; variables are computed when asked for.
/// Layer 3.
@NullMarked
package io.sluice.tls;

import org.jspecify.annotations.NullMarked;
