package io.sluice.bench.compare;

import java.nio.file.Path;

import io.sluice.bench.load.ServicePorts;

/// What a configuration is made for. Immutable.
///
/// @param directory for files that the proxy writes
record Setup(Path directory, ServicePorts listen, ServicePorts upstreams, Demands demands) {

    private static final String UNPRIVILEGED = "nobody";

    private static final String ROOT = "root";

    /// Whom it runs as; empty: whoever starts it, who is not root.
    String user() {
        if (!Command.isRoot()) {
            return "";
        }
        return demands.unprivileged() ? UNPRIVILEGED : ROOT;
    }

    /// The group of the user; Debian calls that of nobody "nogroup".
    String group() {
        return user().equals(UNPRIVILEGED) ? "nogroup" : user();
    }
}
