package io.sluice.bench.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static io.sluice.bench.compare.BenchRun.list;
import static io.sluice.bench.compare.BenchRun.map;
import static org.assertj.core.api.Assertions.assertThat;

/// Whether cost over connections and workers is measured and shown; how it grows does not matter here.
@Timeout(120)
class ScaleCommandTest {

    private final BenchRun bench;

    ScaleCommandTest(@TempDir Path directory) {
        this.bench = new BenchRun(directory);
    }

    @Test
    void measuresEveryNumberOfConnections() throws IOException {
        Map<String, Object> report = bench.report(scale(
                "--peers", "direct", "--transport", "none", "--scenarios", "tcp,udp,http", "--connections", "1,3",
                "--workers", "1"));

        List<Map<String, Object>> steps = list(report.get("steps"));
        assertThat(steps).hasSize(2 * GrowingLoad.values().length);
        for (Map<String, Object> step : steps) {
            assertThat(step.get("failures")).as("%s", step).isEqualTo(Map.of());
            assertThat(list(map(step.get("rounds")).get("direct"))).hasSize(2);
        }
        assertThat(bench.out()).contains("tcp-echo, 1 worker:").contains("http-websocket, 1 worker:");
        assertThat(bench.page().getElementsByTagName("svg").getLength()).isEqualTo(2 * GrowingLoad.values().length);
    }

    @Test
    void givesAllProxiesTheSameNumberOfWorkers() throws IOException {
        Assumptions.assumeTrue(
                Packages.isInstalled("nginx") && Packages.isInstalled("haproxy"),
                "nginx and HAProxy are not both installed");
        Assumptions.assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one processor only");

        Map<String, Object> report = bench.report(scale(
                "--transport", "none", "--scenarios", "tcp-echo", "--connections", "2", "--workers", "1,2"));

        List<Map<String, Object>> steps = list(report.get("steps"));
        assertThat(steps.stream().map(step -> step.get("workers")).toList()).hasToString("[1, 2]");
        for (Map<String, Object> step : steps) {
            assertThat(step.get("failures")).as("%s", step).isEqualTo(Map.of());
            assertThat(map(step.get("rounds")).keySet()).containsExactly("nginx", "haproxy");
        }
        // Twice over connections, once over workers, each time cost and throughput.
        assertThat(bench.page().getElementsByTagName("svg").getLength()).isEqualTo(6);
    }

    @Test
    void rejectsWhatMakesNoSense() {
        assertThat(bench.run(List.of("scale", "--workers", "100000"))).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(bench.run(List.of("scale", "--connections", "0"))).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(bench.run(List.of("scale", "--scenarios", "quic"))).isEqualTo(CommandLine.ExitCode.USAGE);
    }

    private static List<String> scale(String... options) {
        List<String> all = new ArrayList<>(List.of("scale"));
        all.addAll(List.of(options));
        all.addAll(List.of(
                "--no-pin", "--rounds", "2", "--seconds", "0.05", "--warm-up", "0.05", "--first-warm-up", "0.05"));
        return all;
    }
}
