package io.sluice.config.model;

/// An address as written, before names are resolved. Immutable.
public sealed interface Endpoint {

    /// A host name or a literal address (IPv6 without brackets) and a port from 1 to 65535; 0 where SRV records say the port.
    record Host(String host, int port) implements Endpoint {

        @Override
        public String toString() {
            if (port == 0) {
                return host;
            }
            return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
        }
    }

    /// The path of a unix-domain socket.
    record Unix(String path) implements Endpoint {

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }
}
