/// UDP flows: from a client's first datagram to the log line.
///
/// Entry: [UdpListener], a bound socket with the flows that came to it, and [Flow], the life of one. Everything is confined
/// to the worker that watches the socket; a socket moves to another worker together with its flows. Relaying a datagram
/// allocates nothing; a flow's begin and end do. Layer 6.
@NullMarked
package io.sluice.udp;

import org.jspecify.annotations.NullMarked;
