package io.sluice.bench.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options that say who is measured. Confined to the thread that runs the command line.
@SuppressWarnings("NullAway.Init") // picocli sets the specification and every option that has a default
final class ContenderOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "NAME",
            description = {
                "Whom to compare with: nginx, haproxy, haproxy-1m (with pipes of 1 MiB),",
                "direct (no proxy at all) or none."
            })
    private @Nullable List<String> peerNames;

    @Option(
            names = "--transport",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "epoll,io_uring",
            description = "Sluice's transports, each measured as a proxy of its own: epoll, io_uring, auto or none.")
    private List<String> transports;

    @Option(
            names = "--sluice",
            split = " ",
            paramLabel = "COMMAND",
            description = "What starts Sluice, if not this tree's scripts/sluice.")
    private @Nullable List<String> sluice;

    @Option(
            names = "--nginx",
            split = " ",
            paramLabel = "COMMAND",
            description = "What starts nginx, if not Debian's; it must have the stream module built in.")
    private @Nullable List<String> nginx;

    @Option(
            names = "--haproxy",
            split = " ",
            paramLabel = "COMMAND",
            description = "What starts HAProxy, if not Debian's.")
    private @Nullable List<String> haproxy;

    ContenderOptions() {}

    /// Everybody, ready to be started. Sluice first, so that the long warm-up of the first round is the load generator's, too.
    ///
    /// @param peersUnlessGiven what `--peers` is by default
    /// @throws IOException when a program is missing and cannot be installed
    List<Contender> contenders(String... peersUnlessGiven) throws IOException, InterruptedException {
        List<Contender> contenders = new ArrayList<>();
        List<String> launcher = sluice == null
                ? List.of(Invocation.tree().resolve("scripts/sluice").toString())
                : sluice;
        for (String transport : transports) {
            if (!transport.equals("none")) {
                contenders.add(new Sluice(launcher, transport));
            }
        }
        for (String name : peerNames == null ? List.of(peersUnlessGiven) : peerNames) {
            if (!name.equals("none")) {
                contenders.add(peer(name));
            }
        }
        for (Contender contender : contenders) {
            if (contender instanceof Program program) {
                program.require();
            }
        }
        return contenders;
    }

    private Contender peer(String name) {
        List<String> haproxyLauncher = haproxy == null ? Haproxy.INSTALLED : haproxy;
        return switch (name) {
            case "nginx" -> new Nginx(nginx == null ? Nginx.INSTALLED : nginx);
            case "haproxy" -> Haproxy.asItComes(haproxyLauncher);
            case "haproxy-1m" -> Haproxy.withLargePipes(haproxyLauncher);
            case "direct" -> new Direct();
            default -> throw new ParameterException(command.commandLine(), "no such peer: " + name);
        };
    }
}
