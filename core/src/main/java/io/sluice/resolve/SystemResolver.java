package io.sluice.resolve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.util.List;

/// The system's resolver, as configured by `/etc/nsswitch.conf`, `/etc/hosts` and `/etc/resolv.conf`, asked afresh each time.
/// Thread-safe.
///
/// Java keeps answers for 30 seconds by default, so that a reload right after a change of the DNS would see the old
/// addresses. This class turns that off for the process (the security properties `networkaddress.cache.ttl` and
/// `networkaddress.cache.negative.ttl`), which takes effect unless a program that embeds the proxy has looked up a name
/// before; such a program sets them itself.
///
/// The order is the system's, IPv4 before IPv6, as nginx takes it.
public final class SystemResolver implements NameResolver {

    private static final String NOT_CACHED = "0";

    public SystemResolver() {
        Security.setProperty("networkaddress.cache.ttl", NOT_CACHED);
        Security.setProperty("networkaddress.cache.negative.ttl", NOT_CACHED);
    }

    @Override
    public List<InetAddress> resolve(String host) throws UnresolvedNameException {
        if (host.isEmpty()) {
            // The JDK would answer with the loopback address.
            throw new UnresolvedNameException(host, "the name is empty");
        }
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            throw new UnresolvedNameException(host, reason(host, e));
        }
    }

    /// What the system says, without the name that the JDK puts before it.
    private static String reason(String host, UnknownHostException e) {
        String message = e.getMessage();
        if (message == null || message.equals(host)) {
            return "no such name";
        }
        return message.startsWith(host + ": ") ? message.substring(host.length() + 2) : message;
    }
}
