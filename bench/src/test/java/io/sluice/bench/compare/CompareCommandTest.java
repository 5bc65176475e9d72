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

import io.sluice.transport.TransportReport;

import static io.sluice.bench.compare.BenchRun.list;
import static io.sluice.bench.compare.BenchRun.map;
import static org.assertj.core.api.Assertions.assertThat;

/// Whether a comparison runs, compares bytes and reports; how fast anything is does not matter here.
@Timeout(300)
class CompareCommandTest {

    private static final String ALL_SCENARIOS =
            "[tcp-bulk-1, tcp-bulk-16, tcp-bulk-stalled, tcp-echo, tcp-echo-stalled, tcp-churn, tcp-idle, udp-echo-1000,"
                    + " udp-echo-16, udp-runs, udp-loss, udp-idle, http-requests, http-websocket, http-idle-websocket,"
                    + " http-tls-handshakes, http-tls-bulk]";

    private final BenchRun bench;

    CompareCommandTest(@TempDir Path directory) {
        this.bench = new BenchRun(directory);
    }

    @Test
    void measuresAllScenariosWithEveryByteComparedAndReports() throws IOException {
        Map<String, Object> report = compare("--peers", "direct", "--transport", "none", "--scenarios", "tcp,udp,http");

        List<Map<String, Object>> scenarios = list(report.get("scenarios"));
        assertThat(scenarios.stream().map(scenario -> scenario.get("name")).toList()).hasToString(ALL_SCENARIOS);
        for (Map<String, Object> scenario : scenarios) {
            assertThat(scenario.get("failures")).as("%s", scenario).isEqualTo(Map.of());
            boolean tls = String.valueOf(scenario.get("name")).startsWith("http-tls");
            assertThat(list(map(scenario.get("rounds")).getOrDefault("direct", List.of()))).hasSize(tls ? 0 : 2);
            assertThat(bench.out()).contains(scenario.get("name") + ": " + scenario.get("description"));
        }
        Map<String, Object> bulk = list(map(scenarios.getFirst().get("rounds")).get("direct")).getFirst();
        assertThat((Double) bulk.get("gb_per_second")).isPositive();
        assertThat(bulk).containsKeys("cpu_per_gb", "user_per_gb", "system_per_gb");
        assertThat(bench.page().getElementsByTagName("svg").getLength()).isPositive();
        assertThat(map(report.get("surroundings"))).containsKeys("machine", "kernel", "JDK", "commit", "command");
    }

    @Test
    void theLoadRunsOnWhatItIsTold() throws IOException {
        Map<String, Object> report = compare(
                "--peers", "direct", "--transport", "none", "--scenarios", "tcp,udp,http", "--load-transport", "auto");

        for (Map<String, Object> scenario : list(report.get("scenarios"))) {
            assertThat(scenario.get("failures")).as("%s", scenario).isEqualTo(Map.of());
        }
        assertThat(map(report.get("surroundings")).get("load on"))
                .isEqualTo(TransportReport.probe("auto").transport().label());
    }

    @Test
    void startsPeersThatAreInstalled() throws IOException {
        Assumptions.assumeTrue(
                Packages.isInstalled("nginx") && Packages.isInstalled("haproxy"),
                "nginx and HAProxy are not both installed");

        Map<String, Object> report = compare(
                "--peers", "nginx,haproxy", "--transport", "none", "--scenarios", "tcp-bulk-1,tcp-churn,tcp-idle,udp,http-websocket,http-tls");

        for (Map<String, Object> scenario : list(report.get("scenarios"))) {
            assertThat(scenario.get("failures")).as("%s", scenario).isEqualTo(Map.of());
            boolean datagrams = String.valueOf(scenario.get("name")).startsWith("udp");
            assertThat(map(scenario.get("rounds")).keySet())
                    .containsExactlyElementsOf(datagrams ? List.of("nginx") : List.of("nginx", "haproxy"));
        }
        assertThat(bench.out()).contains("configuration of nginx:", "configuration of haproxy:", "Alike:");
        assertThat(list(report.get("alike")).stream().map(finding -> finding.get("verdict"))).containsOnly("yes");
        assertThat(bench.page().getElementsByTagName("details").getLength()).isEqualTo(2);
    }

    @Test
    void measuresSluiceAndItsMemory() throws IOException {
        Map<String, Object> report = compare(
                "--peers", "none", "--transport", "epoll", "--sluice", BenchRun.sluice("epoll"), "--scenarios", "tcp-bulk-1,tcp-echo,tcp-idle");

        for (Map<String, Object> scenario : list(report.get("scenarios"))) {
            assertThat(scenario.get("failures")).as("%s", scenario).isEqualTo(Map.of());
            assertThat(list(map(scenario.get("rounds")).get("sluice epoll"))).hasSize(2);
        }
        assertThat(bench.out()).contains("live heap and native memory per idle session is");
    }

    @Test
    void flowsReachTheUpstreamFromAddressesOfTheirOwn() throws IOException {
        Map<String, Object> report = compare(
                "--peers", "none", "--transport", "epoll", "--sluice", BenchRun.sluice("epoll"), "--scenarios", "udp-idle",
                "--flow-addresses");

        Map<String, Object> scenario = list(report.get("scenarios")).getFirst();
        assertThat(scenario.get("failures")).isEqualTo(Map.of());
        assertThat(bench.out()).contains("proxy_bind $remote_addr;");
    }

    @Test
    void saysWhatToRaiseForMoreFlowsThanFit() {
        assertThat(run("--peers", "direct", "--transport", "none", "--scenarios", "udp-idle", "--no-pin", "--rounds", "1",
                        "--first-warm-up", "0.05", "--idle-flows", "2000000000,2000000001"))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(bench.err()).contains("idle flows instead of 2000000001; raise it by 'sysctl -w fs.nr_open=");
    }

    @Test
    void saysWhatIsWrongWithAProgramThatDoesNotRun() {
        assertThat(run("--peers", "direct", "--transport", "epoll", "--sluice", "false")).isEqualTo(1);
        assertThat(bench.err()).startsWith("bench: false -v ended with 1");
    }

    @Test
    void rejectsWhatItDoesNotKnow() {
        assertThat(run("--peers", "squid")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("--load-transport", "kqueue")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(bench.err()).contains("must be one of auto, epoll, io_uring");
        assertThat(run("--scenarios", "quic")).isEqualTo(CommandLine.ExitCode.USAGE);
    }

    private Map<String, Object> compare(String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of("compare"));
        all.addAll(List.of(options));
        all.addAll(List.of(
                "--verify", "--no-pin", "--rounds", "2", "--seconds", "0.05", "--warm-up", "0.05", "--first-warm-up",
                "0.05", "--idle-sessions", "5,20", "--idle-flows", "5,20"));
        return bench.report(all);
    }

    private int run(String... options) {
        List<String> arguments = new ArrayList<>(List.of("compare"));
        arguments.addAll(List.of(options));
        return bench.run(arguments);
    }
}
