package io.sluice.bench.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;

import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;

/// The address that clients connect to, as the kernel takes it: an address object for every connection would be garbage.
/// Immutable.
///
/// @param text for messages, `127.0.0.1:8000`
/// @param sockaddr where struct sockaddr is in memory
record Target(String text, int family, long sockaddr, int length) {

    /// Resolves nothing: the address has to be known.
    static Target of(InetSocketAddress address) {
        long sockaddr = NativeMemory.allocateForever(SocketAddresses.MAX_BYTES, 16);
        int length = SocketAddresses.put(sockaddr, address);
        InetAddress host = address.getAddress();
        String literal = host.getHostAddress();
        String text = (literal.contains(":") ? "[" + literal + "]" : literal) + ":" + address.getPort();
        return new Target(text, SocketAddresses.family(address), sockaddr, length);
    }
}
