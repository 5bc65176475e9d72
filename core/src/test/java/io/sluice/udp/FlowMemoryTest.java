package io.sluice.udp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.app.Main;
import io.sluice.testing.Eventually;
import io.sluice.testing.FreePorts;
import io.sluice.testing.TestDatagramUpstream;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;

/// The memory of a live flow, in a process that is there for the proxy only.
@Tag("soak")
class FlowMemoryTest {

    private static final int FEW = 1000;

    private static final int MANY = 15_000;

    private static final int HOSTS = 250;

    private static final int MOST_BYTES = 600;

    /// Outside the heap: 16 bytes for each place of the table, of which a third is taken at least.
    private static final int MOST_KEY_BYTES = 3 * 16;

    @TempDir
    Path directory = Path.of("");

    @ParameterizedTest
    @EnumSource(Transport.class)
    void ofAFlowAfterADatagramAndItsAnswer(Transport transport) throws Exception {
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), FreePorts.next());
        try (TestDatagramUpstream echo = TestDatagramUpstream.echo()) {
            Files.writeString(directory.resolve("nginx.conf"), """
                    user %s;
                    worker_processes 1;
                    worker_rlimit_nofile 20000;
                    pid sluice.pid;
                    error_log error.log notice;
                    events { worker_connections 40000; }
                    stream { server { listen 127.0.0.1:%d udp; proxy_pass %s; } }
                    """.formatted(System.getProperty("user.name"), address.getPort(), echo.address()));
            Process proxy = start(transport);
            try {
                Eventually.await("the pid file", () -> Files.exists(directory.resolve("sluice.pid")));
                exchange(address, 0, FEW);
                long few = liveBytes(proxy);
                exchange(address, FEW, MANY);
                long each = (liveBytes(proxy) - few) / (MANY - FEW);
                assertThat(echo.senders()).as("flows").hasSize(MANY);
                assertThat(each).as("bytes of live heap for a flow").isPositive().isLessThan(MOST_BYTES - MOST_KEY_BYTES);
            } finally {
                proxy.destroy();
                proxy.waitFor();
            }
        }
    }

    private Process start(Transport transport) throws IOException {
        return new ProcessBuilder(
                        tool("java"),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseCompactObjectHeaders",
                        "-XX:+UseSerialGC",
                        // jcmd would ask for it by SIGQUIT, which is the proxy's own.
                        "-XX:+StartAttachListener",
                        "-Dsluice.transport=" + transport.label(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "-p",
                        directory.toString(),
                        "-c",
                        "nginx.conf")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out").toFile())
                .start();
    }

    /// Each from an address of its own, so that no two can be the same flow.
    private static void exchange(InetSocketAddress proxy, int from, int to) {
        for (int i = from; i < to; i++) {
            try (UdpClient client = UdpClient.from("127.1." + i / HOSTS + "." + i % HOSTS, proxy)) {
                assertThat(client.exchange("x")).isEqualTo("x");
            }
        }
    }

    /// The total of a class histogram, which collects first.
    private static long liveBytes(Process proxy) {
        try {
            Process histogram = new ProcessBuilder(tool("jcmd"), Long.toString(proxy.pid()), "GC.class_histogram")
                    .redirectErrorStream(true)
                    .start();
            String text = new String(histogram.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String total = text.lines()
                    .filter(line -> line.startsWith("Total"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(text));
            return Long.parseLong(total.strip().split("\\s+")[2]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }
}
