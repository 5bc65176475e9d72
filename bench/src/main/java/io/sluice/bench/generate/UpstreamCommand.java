package io.sluice.bench.generate;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import io.sluice.bench.load.UpstreamKind;
import io.sluice.bench.load.UpstreamServer;
import io.sluice.transport.ListenException;

/// `scripts/bench upstream`. Confined to the thread that runs the command line.
@Command(
        name = "upstream",
        description = "Serves what 'scripts/bench load' asks for, until it is interrupted.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the specification, what is mixed in and what has a default
public final class UpstreamCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "SCENARIO",
            description = "Which, of ${COMPLETION-CANDIDATES}; without any, all.")
    private List<LoadScenario> scenarios = new ArrayList<>();

    @Option(
            names = "--listen",
            converter = HostPort.class,
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:0",
            description = """
                    Where; several upstreams take this port and those that follow it. Port 0 lets the kernel \
                    choose. Default: ${DEFAULT-VALUE}.""")
    private InetSocketAddress listen;

    @Mixin
    private LoopOptions loops;

    /// For picocli.
    public UpstreamCommand() {}

    /// Runs until the thread is interrupted, or the process ends.
    @Override
    public Integer call() throws IOException {
        List<LoadScenario> served = scenarios.isEmpty() ? Arrays.asList(LoadScenario.values()) : scenarios;
        try (UpstreamServer server = UpstreamServer.start(loops.transport(), loops.threads())) {
            Map<UpstreamKind, InetSocketAddress> addresses = new EnumMap<>(UpstreamKind.class);
            PrintWriter out = spec.commandLine().getOut();
            for (LoadScenario scenario : served) {
                UpstreamKind kind = scenario.upstream();
                if (!addresses.containsKey(kind)) {
                    addresses.put(kind, listen(server, kind, next(addresses.size())));
                }
                out.println(scenario + " " + HostPort.text(addresses.get(kind)));
            }
            out.flush();
            new CountDownLatch(1).await();
        } catch (InterruptedException _) {
            // It is over.
        }
        return 0;
    }

    private InetSocketAddress next(int number) {
        return listen.getPort() == 0
                ? listen
                : new InetSocketAddress(listen.getAddress(), listen.getPort() + number);
    }

    private static InetSocketAddress listen(UpstreamServer server, UpstreamKind kind, InetSocketAddress address)
            throws IOException, InterruptedException {
        try {
            return kind == UpstreamKind.SECURE
                    ? server.listenSecurely(ServerCertificate.context(), address)
                    : server.listen(kind, address);
        } catch (ListenException e) {
            throw new IOException("cannot listen at " + HostPort.text(address) + ": " + e.getMessage(), e);
        }
    }
}
