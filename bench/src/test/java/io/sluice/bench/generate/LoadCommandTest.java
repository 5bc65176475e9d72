package io.sluice.bench.generate;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import com.fasterxml.jackson.jr.ob.JSON;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import io.sluice.bench.load.UpstreamServer;
import io.sluice.transport.Transport;
import io.sluice.transport.TransportReport;

import static org.assertj.core.api.Assertions.assertThat;

/// Whether every scenario runs against its own upstream, counts, verifies and reports; how fast it is does not matter here.
@ParameterizedClass
@EnumSource(Transport.class)
@Timeout(60)
class LoadCommandTest {

    private final Transport transport;

    private final Path directory;

    LoadCommandTest(Transport transport, @TempDir Path directory) throws IOException {
        TransportReport available = TransportReport.probe(TransportReport.AUTO);
        Assumptions.assumeTrue(available.reason(transport).isEmpty(), available::summary);
        this.transport = transport;
        this.directory = directory;
    }

    @ParameterizedTest
    @EnumSource(LoadScenario.class)
    void everyScenarioRunsClosed(LoadScenario scenario) throws Exception {
        Map<String, Object> report = run(scenario, "-c", "5");

        assertThat(report).containsEntry("mode", "closed").containsEntry("connections", 5);
        if (scenario.isBulk()) {
            assertThat(number(report.get("bytes"))).isGreaterThan(1e6);
        } else if (!scenario.isIdle()) {
            assertThat(number(report.get("exchanges"))).isGreaterThan(10);
            Map<String, Object> latency = latency(report, "raw");
            assertThat(number(latency.get("count"))).isEqualTo(number(report.get("exchanges")));
            assertThat(number(latency.get("p50"))).isPositive().isLessThanOrEqualTo(number(latency.get("p99")));
        }
    }

    @ParameterizedTest
    @MethodSource("scenariosWithARate")
    void everyScenarioThatHasExchangesRunsAtARate(LoadScenario scenario) throws Exception {
        Map<String, Object> report = run(scenario, "-c", "4", "--rate", "200", "--duration", "1");

        assertThat(report).containsEntry("mode", "open");
        assertRate(report, 200);
        assertThat(number(latency(report, "corrected").get("p50")))
                .isGreaterThanOrEqualTo(number(latency(report, "raw").get("p50")));
    }

    private static Stream<LoadScenario> scenariosWithARate() {
        return Arrays.stream(LoadScenario.values()).filter(scenario -> !scenario.isBulk() && !scenario.isIdle());
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "both", "down"})
    void bulkGoesEitherWay(String direction) throws Exception {
        Map<String, Object> report = run(LoadScenario.TCP_BULK, "-c", "2", "--direction", direction);
        assertThat(number(report.get("bytes"))).isGreaterThan(1e6);
    }

    @Test
    void downloadsCanBeCountedOnly() throws Exception {
        assertThat(number(run(LoadScenario.TCP_BULK, "--no-verify").get("bytes"))).isGreaterThan(1e6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "125", "126", "5000", "65536", "200000"})
    void messagesOfAnySizeArePipelined(String size) throws Exception {
        for (LoadScenario scenario : List.of(LoadScenario.TCP_ECHO, LoadScenario.WS_ECHO)) {
            run(scenario, "-c", "2", "--outstanding", "5", "--size", size);
        }
    }

    @Test
    void responsesOfSeveralSizesOnKeptAndOnNewConnections() throws Exception {
        for (String[] more : new String[][] {{"-q"}, {"--close"}}) {
            List<String> options = new ArrayList<>(List.of("-c", "3", "--size", "0,1,1000,300000"));
            options.addAll(List.of(more));
            Map<String, Object> report = run(LoadScenario.HTTP, options.toArray(String[]::new));
            assertThat(number(report.get("bytes"))).isGreaterThan(1_000);
        }
    }

    @Test
    void aProxyMayEndAKeptConnectionWithAnyResponse() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 16, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofPlatform().daemon().start(() -> answerAndClose(listener));
            CommandRun run = CommandRun.load(
                    "127.0.0.1:" + listener.getLocalPort(), LoadScenario.HTTP, "-c", "2", "--size", "0", "--transport",
                    transport.label());
            assertThat(run.exitCode()).as("%s", run).isZero();
        }
    }

    private static void answerAndClose(ServerSocket listener) {
        byte[] answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try {
            while (true) {
                try (Socket socket = listener.accept()) {
                    byte[] request = new byte[1_000];
                    int length = socket.getInputStream().read(request);
                    if (length > 0) {
                        socket.getOutputStream().write(answer);
                    }
                }
            }
        } catch (IOException _) {
            // The listener was closed.
        }
    }

    @Test
    void aTargetMayHaveAnAddressOfIpv6() throws Exception {
        try (UpstreamServer server = UpstreamServer.start(transport, 1)) {
            InetSocketAddress address = server.listen(
                    LoadScenario.TCP_ECHO.upstream(), new InetSocketAddress(InetAddress.ofLiteral("::1"), 0));
            CommandRun run = CommandRun.load(
                    "[::1]:" + address.getPort(), LoadScenario.TCP_ECHO, "-c", "2", "--transport", transport.label());
            assertThat(run.exitCode()).as("%s", run).isZero();
        }
    }

    @Test
    void threadsShareTheConnections() throws Exception {
        for (LoadScenario scenario : List.of(LoadScenario.TCP_ECHO, LoadScenario.UDP_ECHO)) {
            Map<String, Object> report = run(scenario, "-c", "5", "--threads", "2", "--rate", "200", "--duration", "1");
            assertThat(report).containsEntry("threads", 2);
            assertRate(report, 200);
        }
    }

    @Test
    void connectionsComeFromTheSourcesThatAreGiven() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 16, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread load = Thread.ofVirtual().start(() -> CommandRun.load(
                    "127.0.0.1:" + listener.getLocalPort(), LoadScenario.TCP_IDLE, "-c", "4", "--sources", "127.0.5.0/31",
                    "--patience", "1", "--transport", transport.label()));
            List<String> sources = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                sources.add(listener.accept().getInetAddress().getHostAddress());
            }
            load.join();
            assertThat(sources).containsExactlyInAnyOrder("127.0.5.0", "127.0.5.0", "127.0.5.1", "127.0.5.1");
        }
    }

    @Test
    void reportsAreWritten() throws Exception {
        Path hdr = directory.resolve("log.hdr");
        Path html = directory.resolve("page.html");
        Map<String, Object> report = run(
                LoadScenario.TCP_ECHO, "-c", "2", "--rate", "500", "--duration", "1.5", "--hdr", hdr.toString(), "--html",
                html.toString());

        assertThat((List<?>) report.get("intervals")).hasSize(2);
        assertThat(map(report.get("environment"))).containsKeys("machine", "kernel", "JDK", "commit", "command");
        assertThat(count(hdr, "corrected")).isEqualTo((long) number(report.get("exchanges")));
        assertThat(count(hdr, "raw")).isEqualTo((long) number(report.get("exchanges")));
        assertThat(Files.readString(html)).contains("<svg", "Latency by percentile", "Rate over time", "corrected", "JDK")
                .doesNotContain("<script", "src=");
    }

    @Test
    void saysEachSecondHowItGoes() throws Exception {
        try (RunningUpstream upstream = RunningUpstream.start(LoadScenario.TCP_ECHO, transport, 1)) {
            CommandRun run = CommandRun.load(upstream.target(), LoadScenario.TCP_ECHO, "-c", "2", "--duration", "1.2");
            assertThat(run.err().lines()).hasSize(2).allSatisfy(line ->
                    assertThat(line).matches(" +\\d\\.\\d s  [\\d,]+/s  p50 [\\d,.]+ us  p99 [\\d,.]+ us  errors 0"));
            assertThat(run.out()).contains("tcp-echo: 2 connections", "errors      none, every byte right");
        }
    }

    @Test
    void nobodyThereIsSaidWithWhatToDo() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        String target = "127.0.0.1:" + port;
        for (LoadScenario scenario : List.of(LoadScenario.TCP_ECHO, LoadScenario.TLS_HANDSHAKE)) {
            CommandRun run = CommandRun.load(target, scenario, "-c", "3", "--transport", transport.label());
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out()).contains("3 times: cannot connect to " + target + " (111: Connection refused)");
            assertThat(run.err()).contains("nobody listens at " + target + "; start 'scripts/bench upstream --listen " + target);
        }
        CommandRun run = CommandRun.load(target, LoadScenario.UDP_ECHO, "-c", "3", "--transport", transport.label());
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("no datagram came back from " + target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp-echo --size 300000", "tcp-echo --size 1,2", "tcp-churn --size 4", "tcp-bulk --rate 5", "http --outstanding 2",
                "tcp-echo --direction up", "tcp-echo --close", "udp-runs --train 65", "udp-runs --size 3000", "tcp-bulk --direction up --no-verify",
                "tcp-echo --sources 127.0.0.1/40", "tcp-echo --sources ::1", "tcp-echo --connections 0", "tcp-echo --transport kqueue",
                "tcp-echo --threads 0", "quic", "tcp-echo --connections 2000000000"
            })
    void whatMakesNoSenseIsAnErrorOfUse(String arguments) {
        List<String> all = new ArrayList<>(List.of("load"));
        all.addAll(List.of(arguments.split(" ", -1)));
        all.addAll(List.of("--target", "127.0.0.1:9"));
        assertThat(CommandRun.of(all.toArray(String[]::new)).exitCode()).isEqualTo(CommandLine.ExitCode.USAGE);
    }

    private Map<String, Object> run(LoadScenario scenario, String... options) throws IOException, InterruptedException {
        Path json = directory.resolve("report.json");
        List<String> all = new ArrayList<>(List.of("--transport", transport.label(), "--json", json.toString()));
        all.addAll(List.of(options));
        try (RunningUpstream upstream = RunningUpstream.start(scenario, transport, 1)) {
            CommandRun run = CommandRun.load(upstream.target(), scenario, all.toArray(String[]::new));
            assertThat(run.exitCode()).as("%s", run).isZero();
        }
        Map<String, Object> report = JSON.std.mapFrom(Files.readString(json));
        assertThat(report).containsEntry("passed", true).containsEntry("failures", Map.of());
        return report;
    }

    /// On a busy machine not all can be done that is due, but then it waits.
    private static void assertRate(Map<String, Object> report, double rate) {
        double due = rate * number(report.get("seconds"));
        assertThat(number(report.get("exchanges")) + number(report.get("waiting"))).isBetween(0.7 * due - 10, due + 2);
    }

    private static long count(Path log, String tag) throws IOException {
        long count = 0;
        HistogramLogReader reader = new HistogramLogReader(new File(log.toString()));
        for (EncodableHistogram next = reader.nextIntervalHistogram(); next != null; next = reader.nextIntervalHistogram()) {
            if (tag.equals(next.getTag())) {
                count += ((Histogram) next).getTotalCount();
            }
        }
        reader.close();
        return count;
    }

    private static Map<String, Object> latency(Map<String, Object> report, String which) {
        return map(map(report.get("latency")).get(which));
    }

    private static double number(@Nullable Object value) {
        return ((Number) Objects.requireNonNull(value)).doubleValue();
    }

    @SuppressWarnings("unchecked") // what JSON objects are read as
    private static Map<String, Object> map(@Nullable Object value) {
        return (Map<String, Object>) Objects.requireNonNull(value);
    }
}
