package io.sluice.transport.linux;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

import static io.sluice.transport.linux.LinuxConstants.AF_INET;
import static io.sluice.transport.linux.LinuxConstants.AF_INET6;
import static io.sluice.transport.linux.LinuxConstants.AF_UNIX;

/// Translates between `java.net` addresses and struct sockaddr (ip(7), ipv6(7), unix(7)). Thread-safe: no state.
public final class SocketAddresses {

    /// Enough for every kind of address: sizeof(struct sockaddr_storage).
    public static final int MAX_BYTES = 128;

    /// sizeof(sun_path) less the terminating zero.
    public static final int MAX_UNIX_PATH_BYTES = 107;

    /// Where the address begins in a struct sockaddr_in.
    public static final int IPV4_ADDRESS = 4;

    /// Where the address begins in a struct sockaddr_in6.
    public static final int IPV6_ADDRESS = 8;

    private static final int PORT = 2;
    private static final int IPV4_BYTES = 16;
    private static final int IPV6_SCOPE = 24;
    private static final int IPV6_BYTES = 28;
    private static final int UNIX_PATH = 2;

    private SocketAddresses() {}

    /// The address family of an address: AF_INET, AF_INET6 or AF_UNIX.
    public static int family(SocketAddress address) {
        return switch (address) {
            case UnixDomainSocketAddress _ -> AF_UNIX;
            case InetSocketAddress ip -> ip.getAddress() instanceof Inet6Address ? AF_INET6 : AF_INET;
            default -> throw new IllegalArgumentException("neither an IP nor a unix address: " + address);
        };
    }

    /// Stores an address; returns its length in bytes. Allocates.
    ///
    /// @throws IllegalArgumentException when the address is unresolved or a unix path is too long
    public static int put(long memory, SocketAddress address) {
        NativeMemory.clear(memory, MAX_BYTES);
        NativeMemory.putShort(memory, (short) family(address));
        return switch (address) {
            case UnixDomainSocketAddress unix -> putUnix(memory, unix.getPath().toString());
            case InetSocketAddress ip -> putIp(memory, ip);
            default -> throw new IllegalArgumentException("neither an IP nor a unix address: " + address);
        };
    }

    private static int putIp(long memory, InetSocketAddress ip) {
        InetAddress host = ip.getAddress();
        if (host == null) {
            throw new IllegalArgumentException("unresolved: " + ip);
        }
        NativeMemory.putByte(memory + PORT, (byte) (ip.getPort() >> 8));
        NativeMemory.putByte(memory + PORT + 1, (byte) ip.getPort());
        byte[] bytes = host.getAddress();
        if (host instanceof Inet6Address v6) {
            NativeMemory.put(memory + IPV6_ADDRESS, bytes, 0, bytes.length);
            NativeMemory.putInt(memory + IPV6_SCOPE, v6.getScopeId());
            return IPV6_BYTES;
        }
        assert host instanceof Inet4Address;
        NativeMemory.put(memory + IPV4_ADDRESS, bytes, 0, bytes.length);
        return IPV4_BYTES;
    }

    private static int putUnix(long memory, String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_UNIX_PATH_BYTES) {
            throw new IllegalArgumentException(
                    "a unix socket's path takes at most " + MAX_UNIX_PATH_BYTES + " bytes: " + path);
        }
        NativeMemory.put(memory + UNIX_PATH, bytes, 0, bytes.length);
        return UNIX_PATH + bytes.length + 1;
    }

    /// The family of a stored address.
    public static int family(long memory) {
        return NativeMemory.getShort(memory);
    }

    /// The port of a stored IP address.
    public static int port(long memory) {
        return ((NativeMemory.getByte(memory + PORT) & 0xff) << 8) | (NativeMemory.getByte(memory + PORT + 1) & 0xff);
    }

    /// The address of a stored AF_INET address, as a big-endian number.
    public static int ipv4(long memory) {
        return Integer.reverseBytes(NativeMemory.getInt(memory + IPV4_ADDRESS));
    }

    /// The first half of a stored AF_INET6 address, as a big-endian number.
    public static long ipv6High(long memory) {
        return Long.reverseBytes(NativeMemory.getLong(memory + IPV6_ADDRESS));
    }

    /// The second half of a stored AF_INET6 address, as a big-endian number.
    public static long ipv6Low(long memory) {
        return Long.reverseBytes(NativeMemory.getLong(memory + IPV6_ADDRESS + Long.BYTES));
    }

    /// Reads an address back; an unnamed unix socket has the empty path. Allocates.
    public static SocketAddress get(long memory, int length) {
        return switch (family(memory)) {
            case AF_UNIX -> unix(memory, length);
            case AF_INET -> ip(memory, IPV4_ADDRESS, 4, 0);
            case AF_INET6 -> ip(memory, IPV6_ADDRESS, 16, NativeMemory.getInt(memory + IPV6_SCOPE));
            default -> throw new IllegalArgumentException("address family " + family(memory));
        };
    }

    private static SocketAddress ip(long memory, int offset, int bytes, int scope) {
        byte[] raw = new byte[bytes];
        NativeMemory.get(memory + offset, raw, 0, bytes);
        try {
            InetAddress host =
                    scope == 0 ? InetAddress.getByAddress(raw) : Inet6Address.getByAddress(null, raw, scope);
            return new InetSocketAddress(host, port(memory));
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes always make an address", e);
        }
    }

    private static SocketAddress unix(long memory, int length) {
        byte[] path = new byte[Math.max(0, length - UNIX_PATH)];
        NativeMemory.get(memory + UNIX_PATH, path, 0, path.length);
        int end = 0;
        while (end < path.length && path[end] != 0) {
            end++;
        }
        return UnixDomainSocketAddress.of(new String(path, 0, end, StandardCharsets.UTF_8));
    }
}
