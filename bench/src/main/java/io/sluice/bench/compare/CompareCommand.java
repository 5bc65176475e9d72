package io.sluice.bench.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import io.sluice.bench.load.LoadGenerator;
import io.sluice.bench.load.ServicePorts;
import io.sluice.transport.Transport;
import io.sluice.transport.TransportReport;

/// `scripts/bench compare`. Confined to the thread that runs the command line.
@Command(
        name = "compare",
        description = "Measures Sluice, nginx and HAProxy in turns and prints how Sluice stands to its bars.",
        sortOptions = false,
        showDefaultValues = true,
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the specification and every option that has a default
public final class CompareCommand implements Callable<Integer> {

    /// Sessions or flows that a proxy must be ready for beyond those that are held idle.
    private static final int SPARE_SESSIONS = 1_100;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--scenarios",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "tcp",
            description = "Which scenarios, by the beginning of their names.")
    private List<String> scenarioNames;

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "nginx,haproxy",
            description = {
                "Whom to compare with: nginx, haproxy, haproxy-1m (with pipes of 1 MiB),",
                "direct (no proxy at all) or none."
            })
    private List<String> peerNames;

    @Option(
            names = "--transport",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "epoll,io_uring",
            description = "Sluice's transports, each measured as a proxy of its own: epoll, io_uring, auto or none.")
    private List<String> transports;

    @Option(
            names = "--load-transport",
            paramLabel = "NAME",
            defaultValue = "epoll",
            description = {
                "What clients and upstreams run on: epoll, io_uring or auto.",
                "io_uring needs less of their processor, so that less often the load is the limit."
            })
    private String loadTransport;

    @Option(
            names = "--sluice",
            split = " ",
            paramLabel = "COMMAND",
            description = "What starts Sluice, if not this tree's scripts/sluice.")
    private @Nullable List<String> launcher;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "How often each is measured.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "3",
            description = "How long a measurement takes.")
    private double seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "1",
            description = "Seconds of load before a measurement.")
    private double warmUp;

    @Option(
            names = "--first-warm-up",
            paramLabel = "S",
            defaultValue = "12",
            description = "The same for a JVM that has just been started and compiles.")
    private double firstWarmUp;

    @Option(
            names = "--idle-sessions",
            split = ",",
            paramLabel = "N",
            defaultValue = "500,8500",
            description = "Between which numbers of idle sessions memory is measured.")
    private List<Integer> idleSessions;

    @Option(
            names = "--idle-flows",
            split = ",",
            paramLabel = "N",
            defaultValue = "500,15000",
            description = "The same for flows of UDP.")
    private List<Integer> idleFlows;

    @Option(
            names = "--flow-addresses",
            description = {
                "Proxies send each flow's datagrams on from its client's address, not all from one.",
                "Without being asked only when the ports of one address would run out."
            })
    private boolean flowAddresses;

    @Option(names = "--verify", description = "Compare every byte of downloads; messages are compared always.")
    private boolean verified;

    @Option(
            names = "--pin",
            split = ",",
            paramLabel = "CPU",
            defaultValue = "0,1",
            description = "The processors that the proxy and the load have for themselves.")
    private List<Integer> processors;

    @Option(names = "--no-pin", description = "Leave it to the scheduler.")
    private boolean unpinned;

    @Option(names = "--json", paramLabel = "FILE", description = "Write every round's figures to a file, too.")
    private @Nullable Path json;

    /// For picocli.
    public CompareCommand() {}

    /// Runs.
    ///
    /// @return 1 when something could not be run or bytes were wrong, else 0, whether the bars are met or not
    @Override
    public Integer call() throws IOException, InterruptedException {
        Plan plan = plan();
        Transport loadRunsOn = loadTransport();
        for (Contender contender : plan.contenders()) {
            if (contender instanceof Program program) {
                program.require();
            }
        }
        Surroundings surroundings = Surroundings.of(plan, loadRunsOn, commandLine(), home());
        plan.pinning().pinThisProcess();
        Path directory = Files.createTempDirectory(
                "sluice-bench", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        try (LoadGenerator generator = LoadGenerator.start(loadRunsOn)) {
            return run(plan, generator, directory, surroundings) ? 0 : 1;
        } finally {
            deleteTree(directory);
        }
    }

    private boolean run(Plan plan, LoadGenerator generator, Path directory, Surroundings surroundings)
            throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        out.println(Report.head(surroundings));
        SequencedMap<String, String> configurations = configurations(plan, generator.upstreams(), directory);
        configurations.forEach((name, text) -> out.println("configuration of " + name + ":\n" + text.indent(4)));
        out.flush();
        Comparison comparison = new Comparison(plan, generator, directory, this::progress);
        List<ScenarioResult> results = new ArrayList<>();
        for (Scenario scenario : plan.scenarios()) {
            ScenarioResult result = comparison.run(scenario);
            results.add(result);
            out.println(Report.scenario(result));
            out.flush();
        }
        if (json != null) {
            JsonReport.write(json, surroundings, configurations, results);
        }
        return results.stream().allMatch(result -> result.failures().isEmpty());
    }

    /// What each proxy is started with; ports differ from start to start. Checked by the proxies themselves.
    private static SequencedMap<String, String> configurations(Plan plan, ServicePorts upstreams, Path directory)
            throws IOException, InterruptedException {
        SequencedMap<String, String> texts = new LinkedHashMap<>();
        for (Contender contender : plan.contenders()) {
            if (contender instanceof Program program) {
                Setup setup = new Setup(
                        directory, RunningProxy.freePorts(), upstreams, plan.maxSessions(), plan.flowAddresses(),
                        Setup.user(false));
                texts.put(program.name(), Files.readString(RunningProxy.checkedConfiguration(program, setup)));
            }
        }
        return texts;
    }

    private Transport loadTransport() throws IOException {
        try {
            return TransportReport.probe(loadTransport).transport();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--load-transport: " + e.getMessage(), e);
        }
    }

    private Plan plan() throws IOException {
        HostLimits host = HostLimits.current();
        Scenario.IdleRange sessions = idleRange(host, "sessions", idleSessions, 2);
        Scenario.IdleRange flows = idleRange(host, "flows", idleFlows, 1);
        if (rounds < 1 || processors.size() != 2) {
            throw new ParameterException(spec.commandLine(), "--rounds or --pin make no sense");
        }
        List<Scenario> scenarios = Scenario.all(verified, sessions, flows).stream()
                .filter(scenario -> scenarioNames.stream().anyMatch(scenario.name()::startsWith))
                .toList();
        if (scenarios.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "no scenario begins with " + scenarioNames);
        }
        boolean pinned = !unpinned && Runtime.getRuntime().availableProcessors() > 1;
        return new Plan(
                contenders(),
                scenarios,
                rounds,
                duration(seconds),
                duration(warmUp),
                duration(firstWarmUp),
                sessions.many() + SPARE_SESSIONS,
                flows.many() + SPARE_SESSIONS,
                flowAddresses || host.portsRunOut(flows.many() + SPARE_SESSIONS),
                pinned ? new Pinning(true, processors.getFirst(), processors.getLast()) : Pinning.NONE);
    }

    /// @param files descriptors that each of them takes
    private Scenario.IdleRange idleRange(HostLimits host, String what, List<Integer> given, int files) {
        int possible = host.possible(files);
        int many = given.getLast();
        if (many > possible) {
            progress("the limit of open files allows %d idle %s instead of %d; raise it by %s"
                    .formatted(possible, what, many, host.advice(many, files)));
            many = possible;
        }
        if (given.getFirst() >= many || given.getFirst() < 1) {
            throw new ParameterException(spec.commandLine(), "--idle-" + what + " makes no sense");
        }
        return new Scenario.IdleRange(given.getFirst(), many);
    }

    /// Sluice first, so that the long warm-up of the first round is the load generator's, too.
    private List<Contender> contenders() {
        List<String> command = launcher == null
                ? List.of(home().resolve("scripts/sluice").toString())
                : launcher;
        List<Contender> contenders = new ArrayList<>();
        for (String transport : transports) {
            if (!transport.equals("none")) {
                contenders.add(new Sluice(command, transport));
            }
        }
        for (String peer : peerNames) {
            switch (peer) {
                case "nginx" -> contenders.add(new Nginx());
                case "haproxy" -> contenders.add(Haproxy.asItComes());
                case "haproxy-1m" -> contenders.add(Haproxy.withLargePipes());
                case "direct" -> contenders.add(new Direct());
                case "none" -> {
                    // Sluice alone.
                }
                default -> throw new ParameterException(spec.commandLine(), "no such peer: " + peer);
            }
        }
        return contenders;
    }

    private static Duration duration(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1e3));
    }

    private static Path home() {
        return Path.of(System.getProperty("sluice.home", "")).toAbsolutePath();
    }

    private String commandLine() {
        List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
        return "scripts/bench " + String.join(" ", arguments);
    }

    private void progress(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("bench: " + line);
        err.flush();
    }

    private static void deleteTree(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
