package io.sluice.bench.generate;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.jr.ob.JSON;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// An upstream that stands still for a moment: one exchange sees it, but all that should have begun meanwhile would have.
@Timeout(60)
class CoordinatedOmissionTest {

    private static final int MESSAGE_BYTES = 100;

    private static final int STALLED_MESSAGE = 100;

    private static final long STALL_MILLIS = 600;

    @ParameterizedTest
    @EnumSource(Transport.class)
    void aStallCountsForAllThatShouldHaveBegun(Transport transport, @TempDir Path directory) throws Exception {
        Path json = directory.resolve("report.json");
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofPlatform().daemon().start(() -> serve(listener));
            CommandRun run = CommandRun.load(
                    "127.0.0.1:" + listener.getLocalPort(), LoadScenario.TCP_ECHO, "-c", "1", "--size", "100", "--rate", "200",
                    "--duration", "2", "--warm-up", "0", "--transport", transport.label(), "--json", json.toString());
            assertThat(run.exitCode()).as("%s", run).isZero();
        }
        Map<String, Object> report = JSON.std.mapFrom(Files.readString(json));
        double corrected = p99(report, "corrected");
        assertThat(corrected).isGreaterThan(STALL_MILLIS * 1e3 / 2);
        assertThat(p99(report, "raw")).isLessThan(corrected / 2);
    }

    private static void serve(ServerSocket listener) {
        try (Socket socket = listener.accept()) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            for (int i = 0; ; i++) {
                byte[] message = in.readNBytes(MESSAGE_BYTES);
                if (i == STALLED_MESSAGE) {
                    boolean never = new CountDownLatch(1).await(STALL_MILLIS, TimeUnit.MILLISECONDS);
                    assertThat(never).isFalse();
                }
                if (message.length < MESSAGE_BYTES) {
                    return;
                }
                out.write(message);
            }
        } catch (IOException _) {
            // The client has gone.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static double p99(Map<String, Object> report, String which) {
        Map<?, ?> latency = (Map<?, ?>) Objects.requireNonNull(report.get("latency"));
        Map<?, ?> percentiles = (Map<?, ?>) Objects.requireNonNull(latency.get(which));
        return ((Number) Objects.requireNonNull(percentiles.get("p99"))).doubleValue();
    }
}
