package io.sluice.bench;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import io.sluice.transport.Transport;
import io.sluice.transport.TransportReport;

import static org.assertj.core.api.Assertions.assertThat;

/// Whether every benchmark runs, and whether those of the hot path allocate nothing; how fast anything is does not matter
/// here.
@Timeout(300)
class BenchmarksTest {

    private static final String HOME = "sluice.home";

    /// What a worker does for each event, message, datagram or request without an object of its own. A message's way through
    /// the relay is left to core's RelayAllocationTest: the harness allocates more than 1 byte for each of so few.
    private static final Set<String> HOT = Set.of(
            "flowtable.FlowTableBenchmark.find",
            "flowtable.FlowTableBenchmark.findNone",
            "flowtable.FlowTableBenchmark.putAndRemove",
            "timer.TimerWheelBenchmark.armAndCancel",
            "timer.TimerWheelBenchmark.rearm",
            "timer.TimerWheelBenchmark.tick",
            "metrics.WorkerMetricsBenchmark.increment",
            "metrics.WorkerMetricsBenchmark.add",
            "metrics.WorkerMetricsBenchmark.record",
            "config.ServerNameBenchmark.exact",
            "config.LocationBenchmark.prefix",
            "config.LocationBenchmark.exact");

    private static final String ROOT = "io.sluice.bench.";

    private static final int ROUNDS = 5;

    private static @Nullable String homeBefore;

    @BeforeAll
    static void prepare() {
        homeBefore = System.getProperty(HOME);
        System.setProperty(HOME, "..");
        // Read by JMH's Runner once: another build on this machine may be at the same.
        System.setProperty("jmh.ignoreLock", "true");
    }

    @AfterAll
    static void restore() {
        if (homeBefore == null) {
            System.clearProperty(HOME);
        } else {
            System.setProperty(HOME, homeBefore);
        }
    }

    @Test
    void everyBenchmarkRuns() throws RunnerException, IOException {
        Collection<RunResult> results = run(".*", 10);
        assertThat(results.stream().map(BenchmarksTest::folder).distinct()).containsExactlyInAnyOrder(
                "baseline", "relay", "balance", "config", "flowtable", "timer", "metrics", "logformat", "handoff");
        assertThat(results.stream().map(BenchmarksTest::name)).containsAll(HOT);
        // A rate that is recorded, and not just zero.
        assertThat(results)
                .filteredOn(result -> folder(result).equals("balance"))
                .allSatisfy(result -> assertThat(allocated(result)).isGreaterThan(1));
    }

    @Test
    void theHotPathAllocatesNothing() throws RunnerException, IOException {
        Set<String> suspects = new TreeSet<>(HOT);
        // What is interpreted allocates, and how long that lasts depends on what else the machine does.
        for (int round = 1, millis = 100; round <= ROUNDS && !suspects.isEmpty(); round++, millis *= 2) {
            for (String suspect : List.copyOf(suspects)) {
                Collection<RunResult> results = run(ROOT + suspect + "$", millis);
                assertThat(results).isNotEmpty();
                if (results.stream().allMatch(result -> allocated(result) < 1)) {
                    suspects.remove(suspect);
                }
            }
        }
        assertThat(suspects).as("benchmarks that allocate a byte or more for each operation").isEmpty();
    }

    private static Collection<RunResult> run(String pattern, int millis) throws RunnerException, IOException {
        TransportReport report = TransportReport.probe(TransportReport.AUTO);
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(pattern)
                .forks(0)
                .warmupIterations(1)
                .warmupTime(TimeValue.milliseconds(millis))
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(millis))
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .param("peers", "3")
                .param("timers", "1000")
                .param("flows", "1000")
                .param("servers", "10")
                .param("locations", "10")
                .param("bytes", "100")
                .param("transport", Stream.of(Transport.values())
                        .filter(transport -> report.reason(transport).isEmpty())
                        .map(Transport::label)
                        .toArray(String[]::new));
        return new Runner(options.build()).run();
    }

    private static String name(RunResult result) {
        return result.getParams().getBenchmark().substring(ROOT.length());
    }

    private static String folder(RunResult result) {
        String name = name(result);
        return name.substring(0, name.indexOf('.'));
    }

    /// Bytes for each operation, as `scripts/bench jmh` shows them.
    private static double allocated(RunResult result) {
        Result<?> recorded = result.getSecondaryResults().get("gc.alloc.rate.norm");
        return Objects.requireNonNull(recorded, () -> "no allocation rate of " + name(result)).getScore();
    }
}
