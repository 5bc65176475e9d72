package io.sluice.config.binding;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Finds the addresses of a name in a `listen` directive; all other names are resolved later. Thread-safe.
@FunctionalInterface
public interface HostLookup {

    /// The addresses; empty when there are none.
    List<InetAddress> addresses(String host);

    /// The name of this machine, as `$hostname` has it.
    default String ownName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }

    /// Asks this machine's resolver.
    static HostLookup system() {
        return host -> {
            try {
                return List.of(InetAddress.getAllByName(host));
            } catch (UnknownHostException _) {
                return List.of();
            }
        };
    }
}
