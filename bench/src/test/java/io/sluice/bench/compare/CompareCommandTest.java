package io.sluice.bench.compare;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import com.fasterxml.jackson.jr.ob.JSON;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import io.sluice.bench.Bench;
import io.sluice.transport.TransportReport;

import static org.assertj.core.api.Assertions.assertThat;

/// Whether a comparison runs, compares bytes and reports; how fast anything is does not matter here.
@Timeout(120)
class CompareCommandTest {

    private static final String ALL_SCENARIOS =
            "[tcp-bulk-1, tcp-bulk-16, tcp-bulk-stalled, tcp-echo, tcp-echo-stalled, tcp-churn, tcp-idle, udp-echo-1000,"
                    + " udp-echo-16, udp-runs, udp-loss, udp-idle, http-requests, http-websocket, http-idle-websocket,"
                    + " http-tls-handshakes, http-tls-bulk]";

    private final StringWriter out = new StringWriter();

    private final StringWriter err = new StringWriter();

    private final Path directory;

    CompareCommandTest(@TempDir Path directory) {
        this.directory = directory;
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
            assertThat(out.toString()).contains(scenario.get("name") + ": " + scenario.get("description"));
        }
        Map<String, Object> bulk = list(map(scenarios.getFirst().get("rounds")).get("direct")).getFirst();
        assertThat((Double) bulk.get("gb_per_second")).isPositive();
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
        assertThat(out.toString()).contains("configuration of nginx:", "configuration of haproxy:");
    }

    @Test
    void measuresSluiceAndItsMemory() throws IOException {
        Map<String, Object> report = compare(
                "--peers", "none", "--transport", "epoll", "--sluice", sluice(), "--scenarios", "tcp-bulk-1,tcp-echo,tcp-idle");

        for (Map<String, Object> scenario : list(report.get("scenarios"))) {
            assertThat(scenario.get("failures")).as("%s", scenario).isEqualTo(Map.of());
            assertThat(list(map(scenario.get("rounds")).get("sluice epoll"))).hasSize(2);
        }
        assertThat(out.toString()).contains("live heap and native memory per idle session is");
    }

    @Test
    void flowsReachTheUpstreamFromAddressesOfTheirOwn() throws IOException {
        Map<String, Object> report = compare(
                "--peers", "none", "--transport", "epoll", "--sluice", sluice(), "--scenarios", "udp-idle",
                "--flow-addresses");

        Map<String, Object> scenario = list(report.get("scenarios")).getFirst();
        assertThat(scenario.get("failures")).isEqualTo(Map.of());
        assertThat(out.toString()).contains("proxy_bind $remote_addr;");
    }

    @Test
    void saysWhatToRaiseForMoreFlowsThanFit() {
        assertThat(run("--peers", "direct", "--transport", "none", "--scenarios", "udp-idle", "--no-pin", "--rounds", "1",
                        "--first-warm-up", "0.05", "--idle-flows", "2000000000,2000000001"))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("idle flows instead of 2000000001; raise it by 'sysctl -w fs.nr_open=");
    }

    @Test
    void saysWhatIsWrongWithAProgramThatDoesNotRun() {
        assertThat(run("--peers", "direct", "--transport", "epoll", "--sluice", "false")).isEqualTo(1);
        assertThat(err.toString()).startsWith("bench: false -v ended with 1");
    }

    @Test
    void rejectsWhatItDoesNotKnow() {
        assertThat(run("--peers", "squid")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(run("--load-transport", "kqueue")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("must be one of auto, epoll, io_uring");
        assertThat(run("--scenarios", "quic")).isEqualTo(CommandLine.ExitCode.USAGE);
    }

    private static String sluice() {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return "%s --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -XX:NativeMemoryTracking=summary -cp %s io.sluice.app.Main"
                .formatted(java, System.getProperty("java.class.path"));
    }

    private Map<String, Object> compare(String... options) throws IOException {
        Path json = directory.resolve("report.json");
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of(
                "--verify", "--no-pin", "--rounds", "2", "--seconds", "0.05", "--warm-up", "0.05", "--first-warm-up",
                "0.05", "--idle-sessions", "5,20", "--idle-flows", "5,20", "--json", json.toString()));
        assertThat(run(all.toArray(String[]::new))).as("%s%s", out, err).isZero();
        return JSON.std.mapFrom(Files.readString(json));
    }

    private int run(String... options) {
        List<String> arguments = new ArrayList<>(List.of("compare"));
        arguments.addAll(List.of(options));
        return Bench.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }

    @SuppressWarnings("unchecked") // what JSON objects are read as
    private static Map<String, Object> map(@Nullable Object value) {
        return (Map<String, Object>) Objects.requireNonNull(value);
    }

    @SuppressWarnings("unchecked") // what JSON arrays of objects are read as
    private static List<Map<String, Object>> list(@Nullable Object value) {
        return (List<Map<String, Object>>) Objects.requireNonNull(value);
    }
}
