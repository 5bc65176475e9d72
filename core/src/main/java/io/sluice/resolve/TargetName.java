package io.sluice.resolve;

/// What variables came to where an address was expected: a name and a port. Immutable.
///
/// @param fault in nginx's words, which end `in upstream "..."`; empty: there is none
public record TargetName(String host, int port, String fault) {

    private static final int MOST_PORT = 65535;

    /// Reads `name:port`.
    ///
    /// @param defaultPort 0: the port must be written
    public static TargetName parse(String text, int defaultPort) {
        if (text.startsWith("[") || text.indexOf('/') >= 0) {
            return faulty("invalid host");
        }
        int colon = text.indexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        int port = colon < 0 ? defaultPort : port(text.substring(colon + 1));
        if (host.isEmpty()) {
            return faulty("no host");
        }
        if (port <= 0) {
            return faulty(colon < 0 ? "no port" : "invalid port");
        }
        return new TargetName(host, port, "");
    }

    private static TargetName faulty(String fault) {
        return new TargetName("", 0, fault);
    }

    private static int port(String digits) {
        if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int port = Integer.parseInt(digits);
        return port > MOST_PORT ? -1 : port;
    }
}
