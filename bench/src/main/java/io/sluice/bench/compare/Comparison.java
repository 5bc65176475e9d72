package io.sluice.bench.compare;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// Measures all contenders in all scenarios, in turns: each round goes once through the contenders, and begins with
/// another one than the round before. Confined to the thread that measures.
final class Comparison {

    private final Plan plan;

    private final Rig rig;

    private final Consumer<String> progress;

    private final Meter meter;

    /// Datagrams a second, once it is known; 0: not yet.
    private int saturatingRate;

    Comparison(Plan plan, Rig rig, Consumer<String> progress) {
        this.plan = plan;
        this.rig = rig;
        this.progress = progress;
        this.meter = new Meter(rig.load(), plan.timing().window());
    }

    /// Runs one scenario. A contender that fails is reported as failed and left out; the others go on.
    ScenarioResult run(Scenario scenario) throws InterruptedException {
        return run(List.of(scenario)).getFirst();
    }

    /// Runs scenarios on the same processes, all of them in each round; they must demand the same of a proxy.
    List<ScenarioResult> run(List<Scenario> scenarios) throws InterruptedException {
        Map<Contender, RunningProxy> running = new LinkedHashMap<>();
        List<Rounds> all = scenarios.stream().map(Rounds::new).toList();
        try {
            for (int round = 0; round < plan.timing().rounds(); round++) {
                for (Rounds rounds : all) {
                    run(rounds, round, running);
                }
            }
        } finally {
            for (Contender contender : List.copyOf(running.keySet())) {
                stop(contender, running);
            }
        }
        return all.stream().map(Rounds::result).toList();
    }

    private void run(Rounds rounds, int round, Map<Contender, RunningProxy> running) throws InterruptedException {
        Scenario scenario = rounds.scenario;
        for (Contender contender : order(scenario, round)) {
            if (!rounds.failures.containsKey(contender)) {
                progress.accept("%s, round %d of %d: %s"
                        .formatted(scenario.name(), round + 1, plan.timing().rounds(), contender.name()));
                try {
                    Measurement measured = measure(contender, scenario, round, running);
                    rounds.measurements.computeIfAbsent(contender, _ -> new ArrayList<>()).add(measured);
                } catch (IOException | TimeoutException | IllegalStateException e) {
                    rounds.failures.put(contender, String.valueOf(e.getMessage()));
                    stop(contender, running);
                }
            }
        }
    }

    private Measurement measure(
            Contender contender, Scenario scenario, int round, Map<Contender, RunningProxy> running)
            throws IOException, TimeoutException, InterruptedException {
        boolean firstOfScenario = round == 0 && running.isEmpty();
        boolean fresh = !running.containsKey(contender);
        if (scenario.procedure() instanceof Procedure.Saturating saturating && saturatingRate == 0) {
            saturatingRate = saturatingRate(saturating, scenario, running);
            progress.accept(scenario.name() + ": " + saturatingRate + " datagrams a second");
        }
        RunningProxy proxy = proxy(contender, scenario, running);
        Duration warmUp = plan.timing().warmUp(contender, fresh, firstOfScenario);
        Measurement measured = meter.measure(proxy, scenario.procedure(), warmUp, saturatingRate);
        if (scenario.procedure() instanceof Procedure.Idle) {
            // What a process has kept of many sessions would be missing in the growth of the next round.
            stop(contender, running);
        }
        return measured;
    }

    private int saturatingRate(Procedure.Saturating saturating, Scenario scenario, Map<Contender, RunningProxy> running)
            throws IOException, TimeoutException, InterruptedException {
        List<Contender> candidates = order(scenario, 0);
        Contender reference = candidates.stream().filter(Nginx.class::isInstance).findFirst().orElse(candidates.getFirst());
        Procedure closed = new Procedure.Steady(saturating.closed(), 0);
        Measurement measured =
                meter.measure(proxy(reference, scenario, running), closed, plan.timing().warmUp(reference, true, true), 0);
        return measured.figures().getOrDefault(Figure.ROUND_TRIPS_PER_SECOND, 0.0).intValue();
    }

    private List<Contender> order(Scenario scenario, int round) {
        List<Contender> order = new ArrayList<>(
                plan.contenders().stream().filter(contender -> contender.servesIn(scenario)).toList());
        Collections.rotate(order, -round);
        return order;
    }

    private RunningProxy proxy(Contender contender, Scenario scenario, Map<Contender, RunningProxy> running)
            throws IOException, InterruptedException {
        RunningProxy proxy = running.get(contender);
        if (proxy == null) {
            proxy = rig.start(contender, plan.demands(scenario));
            running.put(contender, proxy);
        }
        return proxy;
    }

    private static void stop(Contender contender, Map<Contender, RunningProxy> running) throws InterruptedException {
        RunningProxy proxy = running.remove(contender);
        if (proxy != null) {
            proxy.stop();
        }
    }

    /// What a scenario has given so far. Confined to the thread that measures.
    private static final class Rounds {

        private final Scenario scenario;

        private final SequencedMap<Contender, List<Measurement>> measurements = new LinkedHashMap<>();

        private final Map<Contender, String> failures = new LinkedHashMap<>();

        Rounds(Scenario scenario) {
            this.scenario = scenario;
        }

        /// Without those that failed.
        ScenarioResult result() {
            failures.keySet().forEach(measurements::remove);
            return new ScenarioResult(scenario, measurements, failures);
        }
    }
}
