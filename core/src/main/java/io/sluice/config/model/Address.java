package io.sluice.config.model;

import java.net.Inet6Address;
import java.net.InetAddress;

/// A socket address: IP and port, or the path of a unix-domain socket. Immutable.
public sealed interface Address {

    /// An IPv4 or IPv6 address (its scope id, if any, is in the `InetAddress`) and a port from 0 to 65535.
    record Ip(InetAddress host, int port) implements Address {

        /// The address without the port, as nginx prints it: `127.0.0.1`, `2001:db8::1`.
        public String hostText() {
            return host instanceof Inet6Address address ? Ipv6Text.of(address) : host.getHostAddress();
        }

        @Override
        public String toString() {
            String text = hostText();
            return host instanceof Inet6Address ? "[" + text + "]:" + port : text + ":" + port;
        }
    }

    /// A unix-domain stream or datagram socket.
    record Unix(String path) implements Address {

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }
}
