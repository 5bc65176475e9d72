package io.sluice.bench.compare;

import java.nio.file.Path;

import io.sluice.bench.load.ServicePorts;

/// What a configuration is made for. Immutable.
///
/// @param directory for files that the proxy writes
/// @param flowAddresses each flow of UDP reaches the upstream from its client's address, so that ports do not run out
/// @param user whom it runs as; empty: whoever starts it, who is not root
record Setup(Path directory, ServicePorts listen, ServicePorts upstreams, int maxSessions, boolean flowAddresses,
        String user) {

    static final String UNPRIVILEGED = "nobody";

    static final String ROOT = "root";

    /// The user for a scenario, as far as this process may choose.
    static String user(boolean unprivileged) {
        if (!Command.isRoot()) {
            return "";
        }
        return unprivileged ? UNPRIVILEGED : ROOT;
    }

    /// The group of the user; Debian calls that of nobody "nogroup".
    String group() {
        return user.equals(UNPRIVILEGED) ? "nogroup" : user;
    }
}
