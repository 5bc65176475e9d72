/// Addresses of the Internet: their text, the networks they belong to, and whom proxies say they speak for.
///
/// Entry: [NetworkMap], what a configuration says of networks, compiled; [IpText] reads addresses; [ForwardedFor] reads
/// `X-Forwarded-For`. An address is its bytes in network order: 4, 16, or none for a unix-domain socket. Everything is
/// immutable; looking an address up allocates nothing. Layer 1.
@NullMarked
package io.sluice.network;

import org.jspecify.annotations.NullMarked;
