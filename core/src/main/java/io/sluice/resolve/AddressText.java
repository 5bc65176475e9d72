package io.sluice.resolve;

import java.net.InetAddress;
import java.util.Optional;

import io.sluice.config.model.Address;

/// Addresses in the text that variables come to, while sessions run. Thread-safe: no state; never looks up a name.
public final class AddressText {

    private static final String UNIX = "unix:";

    private static final int MAX_PORT = 65535;

    private AddressText() {}

    /// `127.0.0.1:80`, `[::1]:80` or `unix:/path`; empty for anything else, names included.
    public static Optional<Address> parse(String text) {
        if (text.startsWith(UNIX)) {
            return text.length() == UNIX.length()
                    ? Optional.empty()
                    : Optional.of(new Address.Unix(text.substring(UNIX.length())));
        }
        return ip(text).filter(ip -> ip.port() > 0).map(Address.class::cast);
    }

    /// An IP address with a port or without (port 0), as `proxy_bind` takes it.
    public static Optional<Address.Ip> parseSource(String text) {
        return ip(text);
    }

    private static Optional<Address.Ip> ip(String text) {
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[");
        boolean bareIpv6 = !bracketed && text.indexOf(':') != colon;
        boolean hasPort = colon >= 0 && !bareIpv6 && !(bracketed && text.endsWith("]"));
        String host = hasPort ? text.substring(0, colon) : text;
        int port = hasPort ? port(text.substring(colon + 1)) : 0;
        if (port < 0 || host.isEmpty() || (bracketed && !host.endsWith("]"))) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Address.Ip(InetAddress.ofLiteral(host), port));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static int port(String digits) {
        if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int port = Integer.parseInt(digits);
        return port > MAX_PORT ? -1 : port;
    }
}
