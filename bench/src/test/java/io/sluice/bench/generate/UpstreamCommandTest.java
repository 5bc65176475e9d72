package io.sluice.bench.generate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.EnumMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.sluice.bench.Bench;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class UpstreamCommandTest {

    @Test
    void allOfThemServeALoadEach() throws Exception {
        try (PipedReader read = new PipedReader(); BufferedReader lines = new BufferedReader(read)) {
            PrintWriter out = new PrintWriter(new PipedWriter(read), true);
            Thread upstream = Thread.ofPlatform().start(() ->
                    Bench.commandLine().setOut(out).execute("upstream", "--threads", "2"));
            try {
                Map<LoadScenario, String> targets = new EnumMap<>(LoadScenario.class);
                for (LoadScenario scenario : LoadScenario.values()) {
                    String line = lines.readLine();
                    assertThat(line).startsWith(scenario + " 127.0.0.1:");
                    targets.put(scenario, line.substring(line.indexOf(' ') + 1));
                }
                assertThat(targets.get(LoadScenario.TCP_IDLE)).isEqualTo(targets.get(LoadScenario.TCP_ECHO));
                targets.forEach((scenario, target) -> {
                    CommandRun run = CommandRun.load(target, scenario, "-c", "4");
                    assertThat(run.exitCode()).as("%s", run).isZero();
                });
            } finally {
                upstream.interrupt();
                upstream.join();
            }
        }
    }

    @Test
    void aPortThatIsTakenIsSaid() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            CommandRun run = CommandRun.of("upstream", "--listen", address, "tcp-echo");
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).contains("cannot listen at " + address + ": bind() failed (98: Address already in use)");
        }
    }
}
