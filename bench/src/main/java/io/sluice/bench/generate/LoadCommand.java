package io.sluice.bench.generate;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import io.sluice.bench.load.Load;
import io.sluice.bench.load.Sources;
import io.sluice.transport.linux.OpenFilesLimit;

/// `scripts/bench load`. Confined to the thread that runs the command line.
@Command(
        name = "load",
        description = "Puts a load on a proxy, or on an upstream directly, and checks every byte that comes back.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the specification, what is mixed in and what is required or has a default
public final class LoadCommand implements Callable<Integer> {

    /// What a process opens beside its connections.
    private static final int SPARE_FILES = 200;

    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SCENARIO", description = "One of ${COMPLETION-CANDIDATES}.")
    private LoadScenario scenario;

    @Option(
            names = "--target",
            required = true,
            converter = HostPort.class,
            paramLabel = "HOST:PORT",
            description = "The proxy in front of the scenario's upstream, or the upstream itself.")
    private InetSocketAddress target;

    @Option(
            names = {"-c", "--connections"},
            paramLabel = "N",
            description = "Connections at a time, clients of UDP, or sessions to hold; by default as suits the scenario.")
    private @Nullable Integer connections;

    @Option(
            names = "--size",
            split = ",",
            paramLabel = "BYTES",
            description = """
                    Of messages, datagrams or responses, 100 unless given (udp-runs: 1200). Several, with commas \
                    between, are sizes of responses in turn.""")
    private @Nullable List<Integer> sizes;

    @Option(
            names = "--outstanding",
            paramLabel = "N",
            defaultValue = "1",
            description = "Messages under way on a connection (tcp-echo, ws-echo, udp-echo, udp-runs); default ${DEFAULT-VALUE}.")
    private int outstanding;

    @Option(
            names = "--train",
            paramLabel = "N",
            defaultValue = "32",
            description = "Datagrams that leave as one (udp-runs); default ${DEFAULT-VALUE}.")
    private int train;

    @Option(
            names = "--direction",
            paramLabel = "WAY",
            defaultValue = "down",
            description = "Of tcp-bulk: down, up or both; default ${DEFAULT-VALUE}.")
    private String direction;

    @Option(names = "--close", description = "A connection for each request (http).")
    private boolean close;

    @Option(
            names = "--no-verify",
            description = "Count downloads without comparing them, so that the load costs less (tcp-bulk down, tls-bulk).")
    private boolean unverified;

    @Option(
            names = "--rate",
            paramLabel = "PER-SECOND",
            description = """
                    Begin so many exchanges (messages, trains, requests, connections) a second, whatever becomes of \
                    them, and count latencies from when each should have begun. Without it each begins when the one \
                    before has ended.""")
    private double rate;

    @Option(names = "--duration", paramLabel = "S", defaultValue = "10", description = "Seconds that are counted; default ${DEFAULT-VALUE}.")
    private double duration;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "2",
            description = "Seconds of load before that; default ${DEFAULT-VALUE}.")
    private double warmUp;

    @Option(
            names = "--patience",
            paramLabel = "S",
            defaultValue = "10",
            description = """
                    Seconds to wait for connections at the beginning, and at the end for answers that are still \
                    missing; default ${DEFAULT-VALUE}.""")
    private double patience;

    @Option(
            names = "--sources",
            paramLabel = "ADDRESSES",
            description = """
                    Where connections come from, in turn: 127.0.0.2-127.0.0.9, 127.0.1.0/24, 10.0.0.5,10.0.0.6. By \
                    default the kernel chooses, and from 127.0.0.2 on are used as needed when the target is on this \
                    host and the ports of one address do not suffice.""")
    private @Nullable String sources;

    @Option(
            names = "--allow-loss",
            paramLabel = "PERCENT",
            defaultValue = "0",
            description = "Datagrams that may be lost without failing the run; default ${DEFAULT-VALUE}.")
    private double allowedLoss;

    @Mixin
    private LoopOptions loops;

    @Option(names = "--json", paramLabel = "FILE", description = "Write figures, in all and for each second.")
    private @Nullable Path json;

    @Option(names = "--hdr", paramLabel = "FILE", description = "Write a log of HdrHistogram.")
    private @Nullable Path hdr;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a page with plots.")
    private @Nullable Path html;

    @Option(names = {"-q", "--quiet"}, description = "No line each second.")
    private boolean quiet;

    /// For picocli.
    public LoadCommand() {}

    /// Runs.
    ///
    /// @return 1 when a byte was wrong or lost or a connection failed, else 0
    @Override
    public Integer call() throws IOException, InterruptedException {
        LoadPlan plan = plan();
        Path home = Path.of(System.getProperty("sluice.home", "")).toAbsolutePath();
        LoadResult result = run(plan, Environment.of(plan, commandLine(), home));
        PrintWriter out = spec.commandLine().getOut();
        out.print(ResultText.of(result));
        out.flush();
        writeReports(result);
        PrintWriter err = spec.commandLine().getErr();
        Advice.on(result).forEach(line -> err.println("bench: " + line));
        return result.passed() ? 0 : 1;
    }

    private void writeReports(LoadResult result) throws IOException {
        if (json != null) {
            makeDirectory(json);
            ResultJson.write(json, result);
        }
        if (hdr != null) {
            makeDirectory(hdr);
            HistogramLog.write(hdr, result);
        }
        if (html != null) {
            ResultPage.write(html, result);
        }
    }

    private static void makeDirectory(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
    }

    private LoadResult run(LoadPlan plan, Environment environment) throws IOException, InterruptedException {
        ProgressLine line = new ProgressLine(plan, spec.commandLine().getErr(), isTerminal());
        Consumer<Interval> progress = quiet ? _ -> {} : line;
        try (LoadRun run = new LoadRun(plan, progress)) {
            return run.run(environment);
        } finally {
            line.end();
        }
    }

    @SuppressWarnings("SystemConsoleNull") // with jdk.console=java.base it is
    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    private LoadPlan plan() throws IOException {
        int clients = connections == null ? scenario.connections() : connections;
        check(clients >= 1, "--connections: at least one");
        check(duration > 0 && warmUp >= 0 && patience > 0, "--duration, --warm-up and --patience are seconds");
        check(rate >= 0, "--rate: more than none");
        check(rate == 0 || !(scenario.isBulk() || scenario.isIdle()), scenario + " has no rate");
        check(!unverified || scenario.isBulk(), "--no-verify: only bulk can go uncompared");
        check(!close || scenario == LoadScenario.HTTP, "--close is for http");
        LoadShape shape = shape();
        checkTarget();
        checkFiles(clients);
        return new LoadPlan(
                scenario, shape, target, clients, rate, seconds(warmUp), seconds(duration), seconds(patience),
                Math.min(loops.threads(), clients), loops.transport(), sources(clients, shape), allowedLoss);
    }

    private LoadShape shape() {
        List<Integer> given = sizes == null ? List.of(scenario.size()) : sizes;
        check(given.size() == 1 || scenario == LoadScenario.HTTP, "--size: several are for http");
        for (int size : given) {
            check(size >= scenario.minSize() && size <= scenario.maxSize(),
                    "--size: %d to %d of %s".formatted(scenario.minSize(), scenario.maxSize(), scenario));
        }
        check(outstanding >= 1 && (outstanding == 1 || scenario.pipelines()), "--outstanding: not of " + scenario);
        check(train >= 1 && train <= Load.MAX_TRAIN, "--train: 1 to " + Load.MAX_TRAIN);
        check(scenario != LoadScenario.UDP_RUNS || train * given.getFirst() <= Load.MAX_DATAGRAM_BYTES,
                "--train and --size: together at most " + Load.MAX_DATAGRAM_BYTES + " bytes");
        Load.Direction way = direction();
        check(way == Load.Direction.DOWN || scenario == LoadScenario.TCP_BULK, "--direction is for tcp-bulk");
        check(way == Load.Direction.DOWN || !unverified, "--no-verify: only downloads can go uncompared");
        return new LoadShape(given, outstanding, train, way, !close, !unverified);
    }

    private Load.Direction direction() {
        return switch (direction.toLowerCase(Locale.ROOT)) {
            case "down" -> Load.Direction.DOWN;
            case "up" -> Load.Direction.UP;
            case "both" -> Load.Direction.BOTH;
            default -> throw new ParameterException(spec.commandLine(), "--direction: down, up or both");
        };
    }

    private void checkTarget() {
        check(target.getPort() > 0, "--target: a port is needed");
        check(!scenario.isUdp() || isLocal(target.getAddress()),
                "--target: clients of UDP are addresses of 127.0.0.0/8, so the target has to be, too");
    }

    private void checkFiles(int clients) throws IOException {
        long files = OpenFilesLimit.current().soft();
        check(scenario.isUdp() || clients + SPARE_FILES <= files,
                "%d connections need 'ulimit -n %d', which is %d".formatted(clients, clients + SPARE_FILES, files));
    }

    private Sources sources(int clients, LoadShape shape) {
        if (sources != null) {
            check(!scenario.isUdp(), "--sources: clients of UDP have addresses from 127.2.0.0 on");
            Sources parsed = parsed(sources);
            check(parsed.suit(target.getAddress()), "--sources: another family of addresses than the target's");
            return parsed;
        }
        if (scenario.isUdp() || !isLocal(target.getAddress())) {
            return Sources.ANY;
        }
        return SourceChoice.current().sources(clients, scenario.reconnects(shape.kept()));
    }

    private Sources parsed(String text) {
        try {
            return Sources.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--sources: " + e.getMessage(), e);
        }
    }

    private static boolean isLocal(InetAddress address) {
        return address instanceof Inet4Address && address.isLoopbackAddress();
    }

    private void check(boolean condition, String otherwise) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1e3));
    }

    private String commandLine() {
        return "scripts/bench " + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
    }
}
