package io.sluice.config.binding;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

import io.sluice.config.model.AccessRuleConfig;
import io.sluice.config.model.AccessRuleConfig.Subject;

/// Reads `allow` and `deny`. Used during start-up only.
final class AccessRuleText {

    private AccessRuleText() {}

    static void bind(Directive directive, boolean allow) {
        Fragment who = directive.argument(0);
        Optional<Subject> subject = switch (who.text()) {
            case "all" -> Optional.of(new Subject.All());
            case "unix:" -> Optional.of(new Subject.Unix());
            default -> network(directive, who).map(n -> n);
        };
        subject.ifPresentOrElse(
                s -> directive.scope().add(
                        StreamDirectives.ACCESS_RULES, new AccessRuleConfig(directive.position(), allow, s)),
                () -> directive.invalidParameter(who));
    }

    /// An address or a network; absent when it is none, which is not reported.
    static Optional<Subject.Network> network(Directive directive, Fragment who) {
        String text = who.text();
        int slash = text.indexOf('/');
        Optional<InetAddress> address = AddressText.literal(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes = address.get().getAddress();
        int bits = bytes.length * Byte.SIZE;
        Optional<Integer> prefix = slash < 0 ? Optional.of(bits) : ValueType.number(text.substring(slash + 1));
        if (prefix.filter(length -> length <= bits).isEmpty()) {
            return Optional.empty();
        }
        byte[] network = masked(bytes, prefix.get());
        if (!Arrays.equals(network, bytes)) {
            directive.warning("meaningless-bits", who, "low address bits of " + text + " are meaningless");
        }
        try {
            return Optional.of(new Subject.Network(InetAddress.getByAddress(network), prefix.get()));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("as many bytes as the address had", e);
        }
    }

    private static byte[] masked(byte[] address, int prefix) {
        byte[] network = address.clone();
        for (int i = 0; i < network.length; i++) {
            int kept = Math.clamp(prefix - (long) i * Byte.SIZE, 0, Byte.SIZE);
            network[i] &= (byte) (0xff << (Byte.SIZE - kept));
        }
        return network;
    }
}
