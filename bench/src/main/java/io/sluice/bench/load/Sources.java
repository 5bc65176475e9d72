package io.sluice.bench.load;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

import io.sluice.transport.linux.SocketAddresses;

/// The addresses that clients connect from, gone through in turn. Immutable.
///
/// One address has some 28,000 ports for one destination (net.ipv4.ip_local_port_range); all of 127.0.0.0/8 is the local
/// host, so there are more where those do not suffice.
///
/// @param addresses all of one family; none: the kernel chooses
public record Sources(List<InetAddress> addresses) {

    /// The kernel chooses.
    public static final Sources ANY = new Sources(List.of());

    /// As many as make a port's number no concern.
    static final Sources MANY = loopback("127.1.1.0", 256);

    /// More would be a slip of the pen.
    private static final int MAX_ADDRESSES = 65_536;

    private static final int IPV4_BITS = 32;

    /// Copies.
    public Sources {
        addresses = List.copyOf(addresses);
    }

    /// The first addresses from 127.0.0.2 on: so many that each has ports for its part of the connections.
    public static Sources loopback(int count) {
        return loopback("127.0.0.2", count);
    }

    private static Sources loopback(String first, int count) {
        return new Sources(range(ipv4(InetAddress.ofLiteral(first)), count));
    }

    /// Reads `127.0.0.2`, `127.0.0.2-127.0.0.9`, `127.0.1.0/24`, or several of them with commas between.
    ///
    /// @throws IllegalArgumentException when it is none of these, with what is wrong
    public static Sources parse(String text) {
        List<InetAddress> addresses = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            int dash = part.indexOf('-');
            int slash = part.indexOf('/');
            if (dash >= 0) {
                int first = ipv4(literal(part.substring(0, dash)));
                addresses.addAll(range(first, 1L + ipv4(literal(part.substring(dash + 1))) - first));
            } else if (slash >= 0) {
                addresses.addAll(network(part, slash));
            } else {
                addresses.add(literal(part));
            }
        }
        if (addresses.stream().map(InetAddress::getClass).distinct().count() > 1) {
            throw new IllegalArgumentException("addresses of IPv4 and of IPv6: " + text);
        }
        return new Sources(addresses);
    }

    private static List<InetAddress> network(String part, int slash) {
        int bits;
        try {
            bits = Integer.parseInt(part.substring(slash + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("no length of a prefix: " + part, e);
        }
        if (bits < 1 || bits > IPV4_BITS) {
            throw new IllegalArgumentException("a prefix has 1 to 32 bits: " + part);
        }
        int size = IPV4_BITS - bits;
        int first = ipv4(literal(part.substring(0, slash))) & (int) (-1L << size);
        return range(first, 1L << size);
    }

    private static List<InetAddress> range(int first, long count) {
        if (count < 1 || count > MAX_ADDRESSES) {
            throw new IllegalArgumentException("1 to " + MAX_ADDRESSES + " addresses, not " + count);
        }
        List<InetAddress> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int address = first + i;
            byte[] bytes = {(byte) (address >> 24), (byte) (address >> 16), (byte) (address >> 8), (byte) address};
            try {
                addresses.add(InetAddress.getByAddress(bytes));
            } catch (UnknownHostException e) {
                throw new IllegalStateException("four bytes are an address", e);
            }
        }
        return addresses;
    }

    private static InetAddress literal(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("no address: " + text, e);
        }
    }

    private static int ipv4(InetAddress address) {
        if (!(address instanceof Inet4Address)) {
            throw new IllegalArgumentException("only IPv4 has ranges here: " + address.getHostAddress());
        }
        byte[] bytes = address.getAddress();
        return (bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
    }

    /// Whether these can connect to a target.
    public boolean suit(InetAddress target) {
        return addresses.isEmpty() || addresses.getFirst().getClass() == target.getClass();
    }

    /// Puts struct sockaddr of each into memory, one after the other.
    ///
    /// @return the length of each
    int put(long memory) {
        int length = 0;
        for (InetAddress address : addresses) {
            length = SocketAddresses.put(memory, new InetSocketAddress(address, 0));
            memory += length;
        }
        return length;
    }
}
