package io.sluice.bench.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import io.sluice.transport.Transport;

/// `scripts/bench compare`. Confined to the thread that runs the command line.
@Command(
        name = "compare",
        description = "Measures Sluice, nginx and HAProxy in turns and prints how Sluice stands to its bars.",
        sortOptions = false,
        showDefaultValues = true,
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the specification, the mixed-in options and every option that has a default
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

    @Mixin
    private ContenderOptions contenders;

    @Option(names = "--workers", paramLabel = "N", defaultValue = "1", description = "How many workers each proxy has.")
    private int workers;

    @Mixin
    private RigOptions rigOptions;

    @Mixin
    private TimingOptions timing;

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

    @Option(names = "--unlike", description = "Measure even when proxies turn out not to be configured alike.")
    private boolean unlike;

    @Mixin
    private ReportOptions reports;

    /// For picocli.
    public CompareCommand() {}

    /// Runs.
    ///
    /// @return 1 when something could not be run, was not alike, or bytes were wrong, else 0, whether the bars are met or not
    @Override
    public Integer call() throws IOException, InterruptedException {
        Transport loadRunsOn = rigOptions.transport();
        Pinning pinning = rigOptions.pinning(workers);
        Plan plan = plan();
        Surroundings surroundings =
                Surroundings.of(Invocation.of(spec), plan.contenders(), pinning, loadRunsOn);
        try (Rig rig = Rig.open(loadRunsOn, pinning)) {
            return run(plan, rig, surroundings) ? 0 : 1;
        }
    }

    private boolean run(Plan plan, Rig rig, Surroundings surroundings) throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        out.println(Report.head(surroundings));
        SequencedMap<String, String> configurations = rig.configurations(plan.contenders(), plan.demands());
        configurations.forEach((name, text) -> out.println("configuration of " + name + ":\n" + text.indent(4)));
        out.flush();
        progress("looking whether the proxies are alike");
        List<Finding> findings = new Inspection(plan, rig).inspect(configurations);
        out.println(Report.alike(findings));
        out.flush();
        boolean alike = findings.stream().noneMatch(finding -> finding.verdict() == Verdict.UNLIKE);
        if (!alike && !unlike) {
            progress("the proxies are not configured alike; --unlike measures them all the same");
            return false;
        }
        Comparison comparison = new Comparison(plan, rig, this::progress);
        List<ScenarioResult> results = new ArrayList<>();
        for (Scenario scenario : plan.scenarios()) {
            ScenarioResult result = comparison.run(scenario);
            results.add(result);
            out.println(Report.scenario(result));
            out.flush();
        }
        reports.write(
                HtmlReport.page(surroundings, findings, configurations, results),
                JsonReport.of(surroundings, findings, configurations, results),
                Invocation.of(spec));
        return results.stream().allMatch(result -> result.failures().isEmpty());
    }

    private Plan plan() throws IOException, InterruptedException {
        HostLimits host = HostLimits.current();
        Scenario.IdleRange sessions = idleRange(host, "sessions", idleSessions, 2);
        Scenario.IdleRange flows = idleRange(host, "flows", idleFlows, 1);
        if (workers < 1 || workers > Runtime.getRuntime().availableProcessors()) {
            throw new ParameterException(spec.commandLine(), "--workers goes from 1 to the number of processors");
        }
        List<Scenario> scenarios = Scenario.all(verified, sessions, flows).stream()
                .filter(scenario -> scenarioNames.stream().anyMatch(scenario.name()::startsWith))
                .toList();
        if (scenarios.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "no scenario begins with " + scenarioNames);
        }
        Timing checkedTiming = timing.timing();
        return new Plan(
                contenders.contenders("nginx", "haproxy"),
                scenarios,
                checkedTiming,
                workers,
                sessions.many() + SPARE_SESSIONS,
                flows.many() + SPARE_SESSIONS,
                flowAddresses || host.portsRunOut(flows.many() + SPARE_SESSIONS));
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

    private void progress(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("bench: " + line);
        err.flush();
    }
}
