package io.sluice.bench.compare;

import java.io.IOException;

import io.sluice.transport.linux.OpenFilesLimit;
import io.sluice.transport.linux.Sysctl;

/// How many sessions and flows this host allows a proxy. Immutable.
///
/// @param openFiles descriptors of a process, up to which it may raise its limit
/// @param mostOpenFiles up to where root may raise that one, fs.nr_open
/// @param localPorts ports that the kernel chooses from, net.ipv4.ip_local_port_range
record HostLimits(long openFiles, long mostOpenFiles, int localPorts) {

    /// What a process opens beside the descriptors of its sessions: pipes, listeners, files.
    private static final int SPARE_FILES = 2_500;

    /// The kernel's default, for a host that hides its own.
    private static final int DEFAULT_LOCAL_PORTS = 28_232;

    static HostLimits current() throws IOException {
        int[] range = Sysctl.readAll("net/ipv4/ip_local_port_range");
        return new HostLimits(
                OpenFilesLimit.current().hard(),
                Sysctl.read("fs/nr_open").orElse(Integer.MAX_VALUE),
                range.length == 2 ? range[1] - range[0] + 1 : DEFAULT_LOCAL_PORTS);
    }

    /// How many sessions or flows fit when each takes so many descriptors.
    int possible(int filesOfEach) {
        return (int) Math.min(Integer.MAX_VALUE, openFiles - SPARE_FILES) / filesOfEach;
    }

    /// What to do so that so many fit.
    String advice(int wanted, int filesOfEach) {
        long files = (long) wanted * filesOfEach + SPARE_FILES;
        String limit = "'ulimit -n " + files + "'";
        return files <= mostOpenFiles ? limit + " as root" : "'sysctl -w fs.nr_open=" + files + "' and " + limit + " as root";
    }

    /// Whether ports run out, or take long to find, when all flows leave from one address. Unlike connections of TCP, two
    /// sockets of UDP share no port, whoever they are connected to, unless they are bound to different addresses.
    boolean portsRunOut(int flows) {
        return flows > localPorts - localPorts / 4;
    }
}
