package io.sluice.config.binding;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// An address as nginx writes it: `host:port`, `[v6]:port`, `unix:path`, and for `listen` also a bare port and `*`.
/// Immutable.
sealed interface AddressText {

    /// A unix-domain socket.
    record Unix(String path) implements AddressText {}

    /// A host and a port or range of ports.
    ///
    /// @param host a name or a literal address, IPv6 without brackets, [#ANY] for every IPv4 address
    /// @param port 0 when none was written
    /// @param lastPort the same as `port` unless a range was written
    record Inet(String host, int port, int lastPort) implements AddressText {

        boolean hasPort() {
            return port != 0;
        }
    }

    /// What is no address.
    ///
    /// @param reason in nginx's words
    record Malformed(String reason) implements AddressText {}

    /// The host of a `listen` that names none.
    String ANY = "*";

    /// `sun_path` without its final zero.
    int LONGEST_UNIX_PATH = 107;

    /// Reads the address of a `proxy_pass` or `server`.
    static AddressText remote(String text) {
        return parse(text, false);
    }

    /// Reads the address of a `listen`.
    static AddressText listen(String text) {
        return parse(text, true);
    }

    private static AddressText parse(String text, boolean listen) {
        if (text.regionMatches(true, 0, "unix:", 0, 5)) {
            return unix(text.substring(5));
        }
        return text.startsWith("[") ? inet6(text, listen) : inet(text, listen);
    }

    private static AddressText unix(String path) {
        if (path.isEmpty()) {
            return new Malformed("no path in the unix domain socket");
        }
        boolean tooLong = path.getBytes(StandardCharsets.UTF_8).length > LONGEST_UNIX_PATH;
        return tooLong ? new Malformed("too long path in the unix domain socket") : new Unix(path);
    }

    private static AddressText inet(String text, boolean listen) {
        if (text.indexOf('/') >= 0) {
            return new Malformed("invalid host");
        }
        int colon = text.indexOf(':');
        boolean portOnly = listen && colon < 0 && text.matches("\\d+(-\\d*)?");
        if (portOnly) {
            return withPorts(ANY, text, true);
        }
        String host = colon < 0 ? text : text.substring(0, colon);
        AddressText address = colon < 0 ? new Inet(host, 0, 0) : withPorts(host, text.substring(colon + 1), listen);
        return host.isEmpty() && address instanceof Inet ? new Malformed("no host") : address;
    }

    private static AddressText inet6(String text, boolean listen) {
        int end = text.indexOf(']');
        if (end < 0 || (end + 1 < text.length() && text.charAt(end + 1) != ':')) {
            return new Malformed("invalid host");
        }
        String host = text.substring(1, end);
        AddressText address = end + 1 == text.length()
                ? new Inet(host, 0, 0)
                : withPorts(host, text.substring(end + 2), listen);
        if (host.isEmpty()) {
            return new Malformed("no host");
        }
        boolean valid = host.indexOf(':') >= 0 && literal(host).isPresent();
        return valid || address instanceof Malformed ? address : new Malformed("invalid IPv6 address");
    }

    private static AddressText withPorts(String host, String ports, boolean range) {
        int dash = range ? ports.indexOf('-') : -1;
        Optional<Integer> first = ValueType.number(dash < 0 ? ports : ports.substring(0, dash));
        Optional<Integer> last = dash < 0 ? first : ValueType.number(ports.substring(dash + 1));
        boolean valid = first.isPresent() && last.isPresent()
                && first.get() >= 1 && first.get() <= last.get() && last.get() <= 65535;
        return valid ? new Inet(host, first.get(), last.get()) : new Malformed("invalid port");
    }

    /// The address that a literal stands for, IPv4 in four decimal parts or IPv6; empty for names.
    static Optional<InetAddress> literal(String host) {
        if (host.indexOf(':') >= 0) {
            try {
                return Optional.of(Inet6Address.ofLiteral(host));
            } catch (IllegalArgumentException _) {
                return Optional.empty();
            }
        }
        String[] parts = host.split("\\.", -1);
        byte[] bytes = new byte[4];
        for (int i = 0; i < bytes.length; i++) {
            int part = i < parts.length ? ValueType.number(parts[i]).orElse(-1) : -1;
            if (parts.length != bytes.length || part < 0 || part > 255) {
                return Optional.empty();
            }
            bytes[i] = (byte) part;
        }
        try {
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
