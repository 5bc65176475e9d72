package io.sluice.bench.generate;

import io.sluice.bench.load.Sources;
import io.sluice.transport.linux.Sysctl;

/// How many addresses of 127.0.0.0/8 connections to this host need. Immutable.
///
/// @param localPorts ports that the kernel chooses from, net.ipv4.ip_local_port_range
record SourceChoice(int localPorts) {

    /// The kernel's default, for a host that hides its own.
    private static final int DEFAULT_LOCAL_PORTS = 28_232;

    /// Where each exchange has a port of its own: more than come free again while it lasts.
    private static final int RECONNECTING_SOURCES = 64;

    static SourceChoice current() {
        int[] range = Sysctl.readAll("net/ipv4/ip_local_port_range");
        return new SourceChoice(range.length == 2 ? range[1] - range[0] + 1 : DEFAULT_LOCAL_PORTS);
    }

    /// @param reconnect each exchange has a connection of its own
    Sources sources(int connections, boolean reconnect) {
        if (reconnect) {
            return Sources.loopback(RECONNECTING_SOURCES);
        }
        // The last ports of an address take long to find.
        int usable = Math.max(1, localPorts * 3 / 4);
        return connections <= usable ? Sources.ANY : Sources.loopback((connections + usable - 1) / usable);
    }
}
