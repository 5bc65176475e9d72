package io.sluice.stream;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

import io.sluice.network.IpText.AddressAndPort;
import io.sluice.network.ProxyHeader;
import io.sluice.route.RealAddress;
import io.sluice.transport.linux.LinuxConstants;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;

/// Who the client of a session is: the peer of the connection, or whom that speaks for. Confined to its worker's event loop.
final class SessionClient {

    private static final int IPV4_BYTES = 4;

    private static final int IPV6_BYTES = 16;

    /// struct sockaddr as the kernel gave it.
    private final byte[] peer;

    private byte[] address;

    private @Nullable ProxyHeader header;

    /// @param peer struct sockaddr; not copied
    SessionClient(byte[] peer) {
        this.peer = peer;
        this.address = peer;
    }

    /// struct sockaddr of the client.
    byte[] address() {
        return address;
    }

    /// struct sockaddr of the connection's other end.
    byte[] peer() {
        return peer;
    }

    /// The connection began with a header.
    ///
    /// @param memory for one struct sockaddr
    void speaksFor(ProxyHeader told, RealAddress trust, long memory) {
        if (!told.hasAddresses()) {
            return;
        }
        header = told;
        AddressAndPort real = trust.isOff() ? null : trust.find(peerBytes(), List.of(told.sourceAndPort()));
        if (real != null) {
            address = sockaddr(real, memory);
        }
    }

    /// None for a unix-domain socket.
    private byte[] peerBytes() {
        int family = peer.length < 2 ? 0 : (peer[0] & 0xff) | (peer[1] & 0xff) << 8;
        return switch (family) {
            case LinuxConstants.AF_INET -> Arrays.copyOfRange(
                    peer, SocketAddresses.IPV4_ADDRESS, SocketAddresses.IPV4_ADDRESS + IPV4_BYTES);
            case LinuxConstants.AF_INET6 -> Arrays.copyOfRange(
                    peer, SocketAddresses.IPV6_ADDRESS, SocketAddresses.IPV6_ADDRESS + IPV6_BYTES);
            default -> new byte[0];
        };
    }

    private static byte[] sockaddr(AddressAndPort real, long memory) {
        try {
            int length = SocketAddresses.put(
                    memory, new InetSocketAddress(InetAddress.getByAddress(real.address()), real.port()));
            byte[] made = new byte[length];
            NativeMemory.get(memory, made, 0, length);
            return made;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + real.address().length + " bytes", e);
        }
    }

    /// Whom the peer speaks for; null: for nobody.
    @Nullable ProxyHeader header() {
        return header;
    }
}
