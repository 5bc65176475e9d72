package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Debian's HAProxy. Immutable.
///
/// It splices where that serves it: downloads always, since `option splice-auto` was seen to copy them, and messages
/// never, since four calls for each would be a handicap.
///
/// @param pipeBytes `tune.pipesize`; 0: as it comes, 64 KiB
record Haproxy(int pipeBytes) implements Program {

    /// The pipes that Sluice splices with where it may.
    private static final int LARGE_PIPE_BYTES = 1024 * 1024;

    /// Pipes for every download of a scenario, stalled ones included. HAProxy does not start unless all connections and pipes
    /// together fit into the limit of open files, which the default, a quarter of maxconn, would exceed.
    private static final int MAX_PIPES = 300;

    /// As Debian's users have it.
    static Haproxy asItComes() {
        return new Haproxy(0);
    }

    /// With pipes as large as Sluice's.
    static Haproxy withLargePipes() {
        return new Haproxy(LARGE_PIPE_BYTES);
    }

    @Override
    public String name() {
        return pipeBytes == 0 ? "haproxy" : "haproxy-1m";
    }

    /// It relays no UDP.
    @Override
    public boolean servesIn(Scenario scenario) {
        return !scenario.procedure().ofDatagrams();
    }

    @Override
    public void require() throws IOException, InterruptedException {
        Packages.require("haproxy", "haproxy");
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return Command.run("haproxy", "-v").firstLine();
    }

    @Override
    public String configuration(Setup setup) {
        String user = setup.user().isEmpty()
                ? ""
                : "    user " + setup.user() + "\n    group " + setup.group() + "\n";
        String pipes = pipeBytes == 0 ? "" : "    tune.pipesize " + pipeBytes + "\n";
        return """
                global
                %s%s    nbthread 1
                    maxconn %d
                    maxpipes %d
                defaults
                    mode tcp
                    timeout connect 60s
                    timeout client 10m
                    timeout server 10m
                listen echo
                    bind 127.0.0.1:%d
                    server upstream 127.0.0.1:%d
                listen source
                    option splice-request
                    option splice-response
                    bind 127.0.0.1:%d
                    server upstream 127.0.0.1:%d
                listen once
                    bind 127.0.0.1:%d
                    server upstream 127.0.0.1:%d
                listen web
                    mode http
                    timeout tunnel 10m
                    bind 127.0.0.1:%d
                    bind 127.0.0.1:%d ssl crt %s
                    server upstream 127.0.0.1:%d
                """.formatted(
                        user,
                        pipes,
                        setup.maxSessions(),
                        Math.min(MAX_PIPES, setup.maxSessions() / 10),
                        setup.listen().echo(),
                        setup.upstreams().echo(),
                        setup.listen().source(),
                        setup.upstreams().source(),
                        setup.listen().once(),
                        setup.upstreams().once(),
                        setup.listen().web(),
                        setup.listen().secure(),
                        Certificate.both(setup.directory()),
                        setup.upstreams().web());
    }

    @Override
    public List<String> command(Path configuration) {
        return List.of("haproxy", "-db", "-f", configuration.toString());
    }

    @Override
    public List<String> checkCommand(Path configuration) {
        return List.of("haproxy", "-c", "-f", configuration.toString());
    }
}
