package io.sluice.route;

import java.util.List;
import java.util.Optional;

import io.sluice.config.model.AccessRuleConfig;
import io.sluice.config.model.AccessRuleConfig.Subject;
import io.sluice.network.NetworkMap;

/// A server's `allow` and `deny`: the first rule that matches decides, and whom no rule matches is let in. Immutable.
///
/// Rules are compiled to tables of address ranges, so that ten thousand cost hardly more than ten. Asking allocates nothing.
/// As in nginx, an IPv4 address in IPv6 form (`::ffff:192.0.2.1`) is judged by the IPv4 rules when there are any, and by the
/// IPv6 rules otherwise.
public final class AccessRules {

    /// Lets everybody in.
    public static final AccessRules NONE = new AccessRules(List.of());

    private final NetworkMap<Boolean> networks;

    private final boolean unixAdmitted;

    private AccessRules(List<AccessRuleConfig> rules) {
        NetworkMap.Builder<Boolean> builder = new NetworkMap.Builder<>(NetworkMap.Precedence.FIRST, true).ipv6MayAnswer();
        Optional<Boolean> forUnix = Optional.empty();
        for (AccessRuleConfig rule : rules) {
            switch (rule.subject()) {
                case Subject.All _ -> {
                    builder.addAll(rule.allow());
                    forUnix = forUnix.or(() -> Optional.of(rule.allow()));
                }
                case Subject.Unix _ -> forUnix = forUnix.or(() -> Optional.of(rule.allow()));
                case Subject.Network network -> builder.add(network, rule.allow());
            }
        }
        this.networks = builder.build();
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
        return address.length == 0 ? unixAdmitted : networks.find(address);
    }

    /// As [#admits(byte\[\])], for an IPv4 address as a big-endian number.
    public boolean admitsIpv4(int address) {
        return networks.findIpv4(address);
    }

    /// As [#admits(byte\[\])], for an IPv6 address as two big-endian halves.
    public boolean admitsIpv6(long high, long low) {
        return networks.findIpv6(high, low);
    }

    /// As [#admits(byte\[\])], for whoever came by a unix-domain socket.
    public boolean admitsUnix() {
        return unixAdmitted;
    }
}
