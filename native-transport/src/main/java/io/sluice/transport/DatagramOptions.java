package io.sluice.transport;

import java.util.OptionalInt;

/// Options of a bound datagram socket. Immutable.
///
/// @param receiveBuffer SO_RCVBUF in bytes; absent: as large as may be, up to [DatagramSocket#RECEIVE_BUFFER_BYTES]
/// @param sendBuffer SO_SNDBUF in bytes; absent: the system's default
/// @param ipv6Only IPV6_V6ONLY
/// @param localAddress tell with each datagram which address of this host it was sent to; a wildcard needs it
public record DatagramOptions(
        OptionalInt receiveBuffer, OptionalInt sendBuffer, boolean ipv6Only, boolean localAddress) {}
