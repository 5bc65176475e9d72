package io.sluice.route;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.sluice.config.model.AccessRuleConfig;
import io.sluice.config.model.AccessRuleConfig.Subject;

/// A server's `allow` and `deny`: the first rule that matches decides, and whom no rule matches is let in. Immutable.
///
/// Rules are compiled to tables of address ranges, so that ten thousand cost hardly more than ten. Asking allocates nothing.
/// As in nginx, an IPv4 address in IPv6 form (`::ffff:192.0.2.1`) is judged by the IPv4 rules when there are any, and by the
/// IPv6 rules otherwise.
public final class AccessRules {

    /// Lets everybody in.
    public static final AccessRules NONE = new AccessRules(List.of());

    private static final int IPV4_BYTES = 4;

    private static final int IPV6_BYTES = 16;

    private static final int IPV4_BITS = 32;

    // The upper half of every IPv4 address in IPv6 form is 0; its lower half starts with this.
    private static final long MAPPED_PREFIX = 0xffffL;

    private final NetworkTable ipv4;

    private final NetworkTable ipv6;

    private final boolean unixAdmitted;

    private AccessRules(List<AccessRuleConfig> rules) {
        List<NetworkTable.Rule> forIpv4 = new ArrayList<>();
        List<NetworkTable.Rule> forIpv6 = new ArrayList<>();
        Optional<Boolean> forUnix = Optional.empty();
        for (AccessRuleConfig rule : rules) {
            switch (rule.subject()) {
                case Subject.All _ -> {
                    forIpv4.add(NetworkTable.Rule.ipv4(0, 0, rule.allow()));
                    forIpv6.add(NetworkTable.Rule.ipv6(0, 0, 0, rule.allow()));
                    forUnix = forUnix.or(() -> Optional.of(rule.allow()));
                }
                case Subject.Unix _ -> forUnix = forUnix.or(() -> Optional.of(rule.allow()));
                case Subject.Network(InetAddress network, int prefixLength) ->
                    addNetwork(network, prefixLength, rule.allow(), forIpv4, forIpv6);
            }
        }
        this.ipv4 = new NetworkTable(forIpv4);
        this.ipv6 = new NetworkTable(forIpv6);
        this.unixAdmitted = forUnix.orElse(true);
    }

    /// Compiles the rules of one server, in order.
    public static AccessRules compile(List<AccessRuleConfig> rules) {
        return rules.isEmpty() ? NONE : new AccessRules(rules);
    }

    /// Whether a session from this address is let in.
    ///
    /// @param address 4 or 16 bytes in network order; none for a unix-domain socket
    public boolean admits(byte[] address) {
        return switch (address.length) {
            case 0 -> unixAdmitted;
            case IPV4_BYTES -> admitsIpv4(intAt(address, 0));
            case IPV6_BYTES -> admitsIpv6(longAt(address, 0), longAt(address, Long.BYTES));
            default -> throw new IllegalArgumentException("an address of " + address.length + " bytes");
        };
    }

    /// As [#admits(byte\[\])], for an IPv4 address as a big-endian number.
    public boolean admitsIpv4(int address) {
        return ipv4.admits(0, Integer.toUnsignedLong(address));
    }

    /// As [#admits(byte\[\])], for an IPv6 address as two big-endian halves.
    public boolean admitsIpv6(long high, long low) {
        if (high == 0 && low >>> IPV4_BITS == MAPPED_PREFIX && !ipv4.isEmpty()) {
            return admitsIpv4((int) low);
        }
        return ipv6.admits(high, low);
    }

    /// As [#admits(byte\[\])], for whoever came by a unix-domain socket.
    public boolean admitsUnix() {
        return unixAdmitted;
    }

    private static void addNetwork(
            InetAddress network, int prefixLength, boolean allow,
            List<NetworkTable.Rule> forIpv4, List<NetworkTable.Rule> forIpv6) {
        byte[] bytes = network.getAddress();
        if (network instanceof Inet6Address) {
            forIpv6.add(NetworkTable.Rule.ipv6(longAt(bytes, 0), longAt(bytes, Long.BYTES), prefixLength, allow));
        } else if (prefixLength > IPV4_BITS) {
            // Written in IPv6 form (::ffff:192.0.2.0/120), which InetAddress turns into IPv4.
            long low = MAPPED_PREFIX << IPV4_BITS | Integer.toUnsignedLong(intAt(bytes, 0));
            forIpv6.add(NetworkTable.Rule.ipv6(0, low, prefixLength, allow));
        } else {
            forIpv4.add(NetworkTable.Rule.ipv4(intAt(bytes, 0), prefixLength, allow));
        }
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
}
