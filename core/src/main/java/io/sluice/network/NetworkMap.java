package io.sluice.network;

import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.List;

import io.sluice.config.model.AccessRuleConfig.Subject;

/// What a configuration says of networks, compiled to tables of address ranges. Immutable.
///
/// Ten thousand networks cost hardly more than ten. Asking allocates nothing. An IPv4 address in IPv6 form
/// (`::ffff:192.0.2.1`) is asked for among the IPv4 networks, as nginx does.
///
///     NetworkMap<String> zones = new NetworkMap.Builder<>(Precedence.INNERMOST, "elsewhere").add(network, "here").build();
///     String zone = zones.find(address);
///
/// @param <V> what a network has; ranges of equal values become one
public final class NetworkMap<V> {

    private static final int IPV4_BYTES = 4;

    private static final int IPV6_BYTES = 16;

    private static final int IPV4_BITS = 32;

    // The upper half of every IPv4 address in IPv6 form is 0; its lower half starts with this.
    private static final long MAPPED_PREFIX = 0xffffL;

    /// Which of the networks around an address decides.
    public enum Precedence {
        /// The one that is written first.
        FIRST,
        /// The smallest; of two that are the same the one written last.
        INNERMOST
    }

    private final NetworkTable<V> ipv4;

    private final NetworkTable<V> ipv6;

    private final boolean ipv4Answers;

    private NetworkMap(Builder<V> builder) {
        this.ipv4 = new NetworkTable<>(builder.forIpv4, builder.precedence, builder.otherwise);
        this.ipv6 = new NetworkTable<>(builder.forIpv6, builder.precedence, builder.otherwise);
        this.ipv4Answers = !builder.ipv6MayAnswer || !ipv4.isEmpty();
    }

    /// What the network of this address has.
    ///
    /// @param address 4 or 16 bytes
    public V find(byte[] address) {
        return switch (address.length) {
            case IPV4_BYTES -> findIpv4(intAt(address, 0));
            case IPV6_BYTES -> findIpv6(longAt(address, 0), longAt(address, Long.BYTES));
            default -> throw new IllegalArgumentException("an address of " + address.length + " bytes");
        };
    }

    /// As [#find], for an IPv4 address as a big-endian number.
    public V findIpv4(int address) {
        return ipv4.find(0, Integer.toUnsignedLong(address));
    }

    /// As [#find], for an IPv6 address as two big-endian halves.
    public V findIpv6(long high, long low) {
        if (high == 0 && low >>> IPV4_BITS == MAPPED_PREFIX && ipv4Answers) {
            return findIpv4((int) low);
        }
        return ipv6.find(high, low);
    }

    private static int intAt(byte[] bytes, int offset) {
        int value = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            value = value << Byte.SIZE | (bytes[offset + i] & 0xff);
        }
        return value;
    }

    private static long longAt(byte[] bytes, int offset) {
        return (long) intAt(bytes, offset) << Integer.SIZE
                | Integer.toUnsignedLong(intAt(bytes, offset + Integer.BYTES));
    }

    /// Collects networks in the order of the configuration. Used during start-up only.
    public static final class Builder<V> {

        private final List<NetworkTable.Rule<V>> forIpv4 = new ArrayList<>();

        private final List<NetworkTable.Rule<V>> forIpv6 = new ArrayList<>();

        private final Precedence precedence;

        private final V otherwise;

        private boolean ipv6MayAnswer;

        /// @param otherwise what addresses have that belong to no network
        public Builder(Precedence precedence, V otherwise) {
            this.precedence = precedence;
            this.otherwise = otherwise;
        }

        /// A network's value.
        public Builder<V> add(Subject.Network network, V value) {
            byte[] bytes = network.network().getAddress();
            int prefixLength = network.prefixLength();
            if (network.network() instanceof Inet6Address) {
                forIpv6.add(NetworkTable.Rule.ipv6(longAt(bytes, 0), longAt(bytes, Long.BYTES), prefixLength, value));
            } else if (prefixLength > IPV4_BITS) {
                // Written in IPv6 form (::ffff:192.0.2.0/120), which InetAddress turns into IPv4.
                long low = MAPPED_PREFIX << IPV4_BITS | Integer.toUnsignedLong(intAt(bytes, 0));
                forIpv6.add(NetworkTable.Rule.ipv6(0, low, prefixLength, value));
            } else {
                forIpv4.add(NetworkTable.Rule.ipv4(intAt(bytes, 0), prefixLength, value));
            }
            return this;
        }

        /// The value of all addresses.
        public Builder<V> addAll(V value) {
            forIpv4.add(NetworkTable.Rule.ipv4(0, 0, value));
            forIpv6.add(NetworkTable.Rule.ipv6(0, 0, 0, value));
            return this;
        }

        /// IPv4 addresses in IPv6 form are asked for among the IPv6 networks when there are no others, as nginx's `allow` does.
        public Builder<V> ipv6MayAnswer() {
            ipv6MayAnswer = true;
            return this;
        }

        public NetworkMap<V> build() {
            return new NetworkMap<>(this);
        }
    }
}
