package io.sluice.bench.generate;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads `127.0.0.1:8000`, `[::1]:8000` and `example.com:8000`, and writes them. Immutable.
final class HostPort implements ITypeConverter<InetSocketAddress> {

    private static final int MAX_PORT = 65_535;

    /// For picocli.
    HostPort() {}

    @Override
    public InetSocketAddress convert(String text) {
        int colon = text.lastIndexOf(':');
        String host = text.substring(0, Math.max(colon, 0));
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (host.isEmpty() || (host.contains(":") && !bracketed)) {
            throw new TypeConversionException("'" + text + "' is no HOST:PORT");
        }
        try {
            String name = bracketed ? host.substring(1, host.length() - 1) : host;
            return new InetSocketAddress(InetAddress.getByName(name), port(text.substring(colon + 1)));
        } catch (UnknownHostException _) {
            throw new TypeConversionException("'" + host + "' is no address, and no name that is known");
        }
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw new TypeConversionException("'" + text + "' is no port");
    }

    static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
