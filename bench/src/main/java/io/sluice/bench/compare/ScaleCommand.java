package io.sluice.bench.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import io.sluice.transport.Transport;

/// `scripts/bench scale`. Confined to the thread that runs the command line.
@Command(
        name = "scale",
        description = "Shows how cost and throughput grow with workers and connections.",
        sortOptions = false,
        showDefaultValues = true,
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli sets the specification, the mixed-in options and every option that has a default
public final class ScaleCommand implements Callable<Integer> {

    /// Beyond the connections of a step: those of the step before may linger.
    private static final int SPARE_SESSIONS = 1_100;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--scenarios",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "tcp-echo,tcp-bulk",
            description = "Of tcp-echo, tcp-bulk, tcp-churn, udp-echo, http-requests, http-websocket; or how they begin.")
    private List<String> scenarioNames;

    @Option(
            names = "--connections",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,4,16,64,256,1024",
            description = "How many connections, or clients of UDP, one after the other.")
    private List<Integer> connections;

    @Option(
            names = "--workers",
            split = ",",
            paramLabel = "N",
            description = {
                "How many workers each proxy has, one after the other.",
                "By default 1, 2, 4 and so on up to the processors that the load leaves."
            })
    private @Nullable List<Integer> workers;

    @Mixin
    private ContenderOptions contenders;

    @Mixin
    private RigOptions rigOptions;

    @Mixin
    private TimingOptions timing;

    @Mixin
    private ReportOptions reports;

    /// For picocli.
    public ScaleCommand() {}

    /// Runs.
    ///
    /// @return 1 when something could not be run or bytes were wrong, else 0
    @Override
    public Integer call() throws IOException, InterruptedException {
        Transport loadRunsOn = rigOptions.transport();
        Timing checkedTiming = timing.timing();
        List<Integer> workerCounts = workerCounts();
        List<GrowingLoad> loads = loads();
        Pinning pinning = rigOptions.pinning(Collections.max(workerCounts));
        if (!pinning.on()) {
            progress("proxies and the load share the processors: that is in what follows");
        }
        List<Contender> everybody = contenders.contenders("nginx", "haproxy");
        Surroundings surroundings = Surroundings.of(Invocation.of(spec), everybody, pinning, loadRunsOn);
        PrintWriter out = spec.commandLine().getOut();
        out.println(Report.head(surroundings));
        List<ScaleStep> steps = new ArrayList<>();
        Map<String, String> configurations;
        try (Rig rig = Rig.open(loadRunsOn, pinning)) {
            configurations = rig.configurations(everybody, plan(everybody, List.of(), checkedTiming, 1).demands());
            for (GrowingLoad load : loads) {
                for (int count : workerCounts) {
                    List<Scenario> scenarios = connections.stream().map(load::scenario).toList();
                    Plan plan = plan(everybody, scenarios, checkedTiming, count);
                    List<ScenarioResult> results = new Comparison(plan, rig, this::progress).run(scenarios);
                    List<ScaleStep> added = new ArrayList<>();
                    for (int i = 0; i < results.size(); i++) {
                        added.add(new ScaleStep(load, count, connections.get(i), results.get(i)));
                    }
                    out.println(ScaleReport.text(added));
                    out.flush();
                    steps.addAll(added);
                }
            }
        }
        reports.write(
                ScaleReport.page(surroundings, configurations, steps),
                ScaleReport.json(surroundings, configurations, steps),
                Invocation.of(spec));
        return steps.stream().allMatch(step -> step.result().failures().isEmpty()) ? 0 : 1;
    }

    private Plan plan(List<Contender> everybody, List<Scenario> scenarios, Timing checkedTiming, int count) {
        int most = Collections.max(connections) + SPARE_SESSIONS;
        return new Plan(everybody, scenarios, checkedTiming, count, most, most, false);
    }

    private List<Integer> workerCounts() {
        int available = Runtime.getRuntime().availableProcessors();
        if (workers != null) {
            if (workers.stream().anyMatch(count -> count < 1 || count > available)) {
                throw new ParameterException(
                        spec.commandLine(), "--workers go from 1 to the number of processors, which is " + available);
            }
            return workers;
        }
        int most = Math.max(1, available - 1);
        List<Integer> counts = new ArrayList<>();
        for (int count = 1; count < most; count *= 2) {
            counts.add(count);
        }
        counts.add(most);
        return counts;
    }

    private List<GrowingLoad> loads() {
        List<GrowingLoad> loads = Arrays.stream(GrowingLoad.values())
                .filter(load -> scenarioNames.stream().anyMatch(load.label()::startsWith))
                .toList();
        if (loads.isEmpty() || connections.stream().anyMatch(count -> count < 1)) {
            throw new ParameterException(spec.commandLine(), "--scenarios or --connections make no sense");
        }
        return loads;
    }

    private void progress(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("bench: " + line);
        err.flush();
    }
}
