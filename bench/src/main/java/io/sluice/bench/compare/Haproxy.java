package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Debian's HAProxy. Immutable.
///
/// What it needs beyond its defaults to be like the others is written out: TLS takes the cipher that the client prefers, as
/// nginx does. Buffers are what they are by default, 16 KiB, as those of nginx's streams.
///
/// It splices where that serves it: downloads always, since `option splice-auto` was seen to copy them, and messages
/// never, since four calls for each would be a handicap.
///
/// @param launcher the command and its first arguments
/// @param pipeBytes `tune.pipesize`; 0: as it comes, 64 KiB
record Haproxy(List<String> launcher, int pipeBytes) implements Program {

    /// Debian's.
    static final List<String> INSTALLED = List.of("haproxy");

    /// The pipes that Sluice splices with where it may.
    private static final int LARGE_PIPE_BYTES = 1024 * 1024;

    /// Pipes for every download of a scenario, stalled ones included. HAProxy does not start unless all connections and pipes
    /// together fit into the limit of open files, which the default, a quarter of maxconn, would exceed.
    private static final int MAX_PIPES = 300;

    Haproxy {
        launcher = List.copyOf(launcher);
    }

    /// As Debian's users have it.
    static Haproxy asItComes(List<String> launcher) {
        return new Haproxy(launcher, 0);
    }

    /// With pipes as large as Sluice's.
    static Haproxy withLargePipes(List<String> launcher) {
        return new Haproxy(launcher, LARGE_PIPE_BYTES);
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
        if (launcher.equals(INSTALLED)) {
            Packages.require("haproxy", "haproxy");
        }
    }

    @Override
    public String version() throws IOException, InterruptedException {
        return Command.run(with("-v")).firstLine();
    }

    @Override
    public String configuration(Setup setup) {
        String user = setup.user().isEmpty()
                ? ""
                : "    user " + setup.user() + "\n    group " + setup.group() + "\n";
        String pipes = pipeBytes == 0 ? "" : "    tune.pipesize " + pipeBytes + "\n";
        return """
                global
                %s%s    nbthread %d
                    tune.bufsize 16384
                    ssl-default-bind-options prefer-client-ciphers
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
                        setup.demands().workers(),
                        setup.demands().sessions(),
                        Math.min(MAX_PIPES, setup.demands().sessions() / 10),
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
        return with("-db", "-f", configuration.toString());
    }

    @Override
    public List<String> checkCommand(Path configuration) {
        return with("-c", "-f", configuration.toString());
    }

    /// Whether it was built to splice: a feature of its list, in other versions one of its build options.
    boolean canSplice() throws IOException, InterruptedException {
        String built = Command.run(with("-vv")).orFail().output();
        return built.contains("+LINUX_SPLICE") || built.contains("USE_LINUX_SPLICE=1");
    }

    private List<String> with(String... arguments) {
        return Stream.concat(launcher.stream(), Stream.of(arguments)).toList();
    }
}
