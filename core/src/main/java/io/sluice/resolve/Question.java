package io.sluice.resolve;

import java.util.Locale;

/// What is asked, and of whom. Immutable.
///
/// @param name in lower case, without a dot at its end
/// @param service of SRV records, in lower case; empty: addresses of the name
public record Question(NameServers servers, String name, String service) {

    private static final int LONGEST_NAME = 253;

    private static final int LONGEST_LABEL = 63;

    /// Asks for the addresses of a name.
    public static Question addresses(NameServers servers, String name) {
        return new Question(servers, normalized(name), "");
    }

    /// Asks for SRV records. A service without a dot, `http`, is one over TCP: `_http._tcp.name`; with a dot it is put before
    /// the name as it is.
    public static Question service(NameServers servers, String name, String service) {
        return new Question(servers, normalized(name), service.toLowerCase(Locale.ROOT));
    }

    private static String normalized(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /// The name that DNS is asked for.
    String asked() {
        if (service.isEmpty()) {
            return name;
        }
        return (service.indexOf('.') >= 0 ? service : "_" + service + "._tcp") + "." + name;
    }

    /// Whether a name could be one at all: what variables come to may be anything.
    static boolean isName(String text) {
        if (text.isEmpty() || text.length() > LONGEST_NAME) {
            return false;
        }
        int label = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' ? label == 0 : c <= ' ' || c > '~' || ++label > LONGEST_LABEL) {
                return false;
            }
            if (c == '.') {
                label = 0;
            }
        }
        return label > 0;
    }

    /// What log lines call it.
    @Override
    public String toString() {
        return service.isEmpty() ? name : "service " + service + " of " + name;
    }
}
