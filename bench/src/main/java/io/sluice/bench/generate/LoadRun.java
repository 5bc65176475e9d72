package io.sluice.bench.generate;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.sluice.bench.load.LoadGenerator;
import io.sluice.bench.load.LoadState;
import io.sluice.bench.load.LoadWindow;

/// One run, from the first connection to the last answer. Confined to the thread that runs the command line.
///
///     connect -> warm up -> count, a second at a time -> finish: what is outstanding has to come -> close
///
/// A failure does not end it: how often things fail is worth knowing. It ends when no client is left.
final class LoadRun implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Duration POLL = Duration.ofMillis(20);

    private final LoadPlan plan;

    private final Consumer<Interval> progress;

    private final List<LoadGenerator> generators = new ArrayList<>();

    private final List<Interval> intervals = new ArrayList<>();

    private final Map<String, Long> failures = new TreeMap<>();

    private Instant begun = Instant.now();

    /// @param progress is told each second
    LoadRun(LoadPlan plan, Consumer<Interval> progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /// Runs it.
    ///
    /// @throws IOException when the kernel refuses what the load itself needs
    LoadResult run(Environment environment) throws IOException, InterruptedException {
        for (int thread = 0; thread < plan.threads(); thread++) {
            generators.add(LoadGenerator.startClients(plan.transport(), plan.sources(), plan.connectionsBefore(thread)));
        }
        for (int thread = 0; thread < plan.threads(); thread++) {
            generators.get(thread).begin(plan.loadOf(thread), plan.target(), plan.perSecondOf(thread));
        }
        if (connect()) {
            warmUp();
        }
        count();
        finish();
        Interval total = Interval.together(intervals);
        total.failures().forEach((what, count) -> failures.merge(what, count, Long::sum));
        judge(total);
        return new LoadResult(plan, begun, List.copyOf(intervals), total, Map.copyOf(failures), environment.facts());
    }

    /// Waits until all clients take part, or have failed.
    ///
    /// @return whether any does
    private boolean connect() throws InterruptedException {
        if (plan.scenario().isUdp()) {
            return true;
        }
        await(() -> {
            LoadState state = state();
            return state.ready() + state.lost() >= plan.connections();
        });
        LoadState state = state();
        int missing = plan.connections() - state.ready() - state.lost();
        if (missing > 0) {
            failures.put("no connection, or no answer on it, within " + plan.patience().toSeconds() + " s", (long) missing);
        }
        return state.lost() < plan.connections();
    }

    private void warmUp() throws InterruptedException {
        long deadline = System.nanoTime() + plan.warmUp().toNanos();
        while (System.nanoTime() < deadline && !isOver()) {
            sleepUntil(Math.min(deadline, System.nanoTime() + POLL.toNanos()));
        }
    }

    /// No client is left.
    private boolean isOver() {
        return state().lost() >= plan.connections();
    }

    private void count() throws InterruptedException {
        begun = Instant.now();
        generators.forEach(LoadGenerator::openWindow);
        long start = System.nanoTime();
        long end = start + plan.duration().toNanos();
        long since = start;
        while (since < end && (intervals.isEmpty() || !isOver())) {
            sleepUntil(isOver() ? since : Math.min(end, since + INTERVAL.toNanos()));
            Interval interval = next(since - start);
            intervals.add(interval);
            progress.accept(interval);
            since += interval.elapsedNanos();
        }
    }

    private Interval next(long sinceNanos) {
        List<LoadWindow> windows = generators.stream().map(LoadGenerator::nextWindow).toList();
        return Interval.of(sinceNanos, windows);
    }

    /// What is outstanding has to come. It is not counted, but what goes wrong is, and what is lost.
    private void finish() throws InterruptedException {
        generators.forEach(LoadGenerator::finish);
        await(() -> {
            LoadState state = state();
            return state.outstanding() == 0 || state.failed();
        });
        LoadState state = state();
        if (state.outstanding() > 0 && !state.failed()) {
            failures.merge("no answer within " + plan.patience().toSeconds() + " s of the end", state.outstanding(), Long::sum);
        }
        Interval last = intervals.removeLast();
        intervals.add(last.endingWith(next(0)));
    }

    private void judge(Interval total) {
        if (total.lost() > total.sentDatagrams() * plan.allowedLoss() / 100) {
            failures.put("datagrams lost", total.lost());
        }
        if (failures.isEmpty() && total.units() + total.bytes() == 0 && !plan.scenario().isIdle()) {
            failures.put("nothing came back", 1L);
        }
    }

    private LoadState state() {
        return generators.stream().map(LoadGenerator::state).reduce(LoadState::plus).orElseThrow();
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + plan.patience().toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            Thread.sleep(POLL);
        }
    }

    private static void sleepUntil(long nanos) throws InterruptedException {
        long left = nanos - System.nanoTime();
        if (left > 0) {
            Thread.sleep(Duration.ofNanos(left));
        }
    }

    /// Closes the clients.
    @Override
    public void close() {
        generators.forEach(LoadGenerator::close);
    }
}
