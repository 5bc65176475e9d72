package io.sluice.bench.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import io.sluice.bench.load.LoadGenerator;
import io.sluice.bench.load.LoadWindow;
import io.sluice.transport.Transport;

/// `scripts/bench syscalls`. Confined to the thread that runs the command line.
@Command(
        name = "syscalls",
        description = {
            "Counts system calls per unit of work by strace(1).",
            "Steadier than times: it tells what a change has done, on any machine."
        },
        sortOptions = false,
        showDefaultValues = true,
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the specification, the mixed-in options and every option that has a default
public final class SyscallsCommand implements Callable<Integer> {

    private static final int SESSIONS = 2_000;

    private static final long STEP_SECONDS = 120;

    private static final double BYTES_PER_GB = 1e9;

    /// More, and the figure tells of datagrams sent again.
    private static final double MOST_LOST = 0.01;

    private static final int ATTEMPTS = 3;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--scenarios",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "tcp,udp,http",
            description = "Which scenarios, by the beginning of their names.")
    private List<String> scenarioNames;

    @Option(
            names = "--work",
            paramLabel = "FACTOR",
            defaultValue = "1",
            description = "More or less work than usual, such as 0.1.")
    private double factor;

    @Mixin
    private ContenderOptions contenders;

    @Mixin
    private RigOptions rigOptions;

    @Mixin
    private ReportOptions reports;

    /// For picocli.
    public SyscallsCommand() {}

    /// Runs.
    ///
    /// @return 0
    /// @throws IOException when strace is missing, may not attach, or a proxy fails
    @Override
    public Integer call() throws IOException, InterruptedException {
        Transport loadRunsOn = rigOptions.transport();
        Pinning pinning = rigOptions.pinning(1);
        List<FixedWork> works = works();
        Packages.require("strace", "strace");
        List<Contender> everybody = contenders.contenders("none");
        Surroundings surroundings = Surroundings.of(Invocation.of(spec), everybody, pinning, loadRunsOn);
        PrintWriter out = spec.commandLine().getOut();
        out.println(Report.head(surroundings));
        List<SystemCalls> counted = new ArrayList<>();
        SequencedMap<String, String> configurations;
        try (Rig rig = Rig.open(loadRunsOn, pinning)) {
            Demands demands = new Demands(1, SESSIONS, false, false);
            configurations = rig.configurations(everybody, demands);
            for (Contender contender : everybody) {
                if (contender instanceof Program) {
                    counted.addAll(count(rig, contender, demands, works));
                }
            }
        }
        out.println(SyscallsReport.text(counted));
        out.flush();
        reports.write(
                SyscallsReport.page(surroundings, configurations, counted),
                SyscallsReport.json(surroundings, configurations, counted),
                Invocation.of(spec));
        return 0;
    }

    private List<FixedWork> works() {
        List<FixedWork> works = FixedWork.all().stream()
                .filter(work -> scenarioNames.stream().anyMatch(work.scenario().name()::startsWith))
                .map(work -> work.times(factor))
                .toList();
        if (works.isEmpty() || factor <= 0) {
            throw new ParameterException(spec.commandLine(), "--scenarios or --work make no sense");
        }
        return works;
    }

    private List<SystemCalls> count(Rig rig, Contender contender, Demands demands, List<FixedWork> works)
            throws IOException, InterruptedException {
        List<SystemCalls> counted = new ArrayList<>();
        RunningProxy proxy = rig.start(contender, demands);
        try {
            for (FixedWork work : works) {
                if (contender.servesIn(work.scenario())) {
                    counted.add(count(rig, proxy, work));
                }
            }
        } catch (TimeoutException e) {
            throw new IOException(contender.name() + " does not get ahead: " + e.getMessage(), e);
        } finally {
            proxy.stop();
        }
        return counted;
    }

    private SystemCalls count(Rig rig, RunningProxy proxy, FixedWork work)
            throws IOException, TimeoutException, InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            progress(work.scenario().name() + ": " + proxy.contender().name());
            Optional<SystemCalls> counted = tryToCount(rig, proxy, work);
            if (counted.isPresent()) {
                return counted.get();
            }
        }
        throw new IOException(work.scenario().name() + ": datagrams are lost; this machine does too much else");
    }

    /// The same amount of work goes before: connections are made then, and a JVM has loaded what it needs.
    ///
    /// @return empty when too many datagrams were lost
    private static Optional<SystemCalls> tryToCount(Rig rig, RunningProxy proxy, FixedWork work)
            throws IOException, TimeoutException, InterruptedException {
        LoadGenerator generator = rig.load();
        try {
            generator.openWindow();
            generator.begin(work.load(), proxy.ports());
            await(generator, work);
            try (Strace strace = Strace.attach(ServingThreads.of(proxy), rig.file("strace"))) {
                generator.openWindow();
                await(generator, work);
                LoadWindow window = generator.closeWindow();
                SequencedMap<String, Long> calls = strace.detach();
                if (!window.failures().isEmpty()) {
                    throw new IOException(work.scenario().name() + " failed: " + window.failures());
                }
                Unit unit = Unit.of(work.load());
                return window.datagrams().lost() > MOST_LOST * window.datagrams().sent()
                        ? Optional.empty()
                        : Optional.of(new SystemCalls(proxy.contender(), work.scenario(), unit, unit.done(window), calls));
            }
        } finally {
            generator.end();
        }
    }

    private static void await(LoadGenerator generator, FixedWork work)
            throws TimeoutException, InterruptedException {
        if (Unit.of(work.load()) == Unit.GB) {
            generator.awaitBytes(Math.round(work.amount() * BYTES_PER_GB), STEP_SECONDS);
        } else {
            generator.awaitUnits((long) Math.ceil(work.amount()), STEP_SECONDS);
        }
    }

    private void progress(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("bench: " + line);
        err.flush();
    }
}
