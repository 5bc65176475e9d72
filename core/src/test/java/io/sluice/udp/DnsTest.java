package io.sluice.udp;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.sluice.app.Sluice;
import io.sluice.config.model.LogLevel;
import io.sluice.server.ProxyServer;
import io.sluice.server.ServerOptions;
import io.sluice.server.StartException;
import io.sluice.session.ErrorSink;
import io.sluice.testing.Eventually;
import io.sluice.testing.FreePorts;
import io.sluice.testing.UdpClient;
import io.sluice.transport.Transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/// The seed's DNS configuration with real servers behind it and real clients in front.
class DnsTest {

    private static final Path SERVER = Path.of("/usr/sbin/dnsmasq");

    private static final Path CLIENT = Path.of("/usr/bin/dig");

    private static final Path LOAD = Path.of("/usr/bin/dnsperf");

    private static final int NAMES = 50;

    private static final int RUNS = 40;

    @TempDir
    Path directory = Path.of("");

    @BeforeAll
    static void programsAreThere() {
        assumeTrue(Files.isExecutable(SERVER), "no dnsmasq");
        assumeTrue(Files.isExecutable(CLIENT), "no dig");
    }

    /// A dnsmasq that knows its own name, and everything below `.host.test`.
    private static final class Dns implements AutoCloseable {

        private final int port = FreePorts.next();

        private final Process process;

        Dns(String name) throws IOException {
            List<String> command = new ArrayList<>(List.of(
                    SERVER.toString(), "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts",
                    "--port=" + port, "--listen-address=127.0.0.1", "--bind-interfaces", "--pid-file",
                    "--user=" + System.getProperty("user.name"), "--local=/test/", "--address=/host.test/192.0.2.1",
                    "--txt-record=who.test," + name, "--edns-packet-max=4096"));
            for (int i = 0; i < 12; i++) {
                command.add("--txt-record=large.test," + Integer.toString(i).repeat(200 / (1 + i / 10)));
            }
            process = new ProcessBuilder(command).inheritIO().start();
            Eventually.await("dnsmasq listens", () -> process.isAlive()
                    && !UdpClient.isRefused(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port)));
        }

        String address() {
            return "127.0.0.1:" + port;
        }

        @Override
        public void close() {
            process.destroy();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void resolvesThroughTheProxy(Transport transport) throws Exception {
        int port = FreePorts.next();
        try (Dns one = new Dns("one"); Dns other = new Dns("other"); ProxyServer _ = start(transport, port, one, other)) {
            assertThat(dig(port, "www.host.test", "A")).isEqualTo("192.0.2.1");
            Set<String> answering = new TreeSet<>();
            for (int i = 0; i < 20; i++) {
                answering.add(dig(port, "who.test", "TXT"));
            }
            assertThat(answering).as("both take part").containsExactly("\"one\"", "\"other\"");
            assertThat(dig(port, "large.test", "TXT").lines()).as("2,000 bytes").hasSize(12);
            assertThat(dig(port, "missing.test", "A")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void losesNothingUnderLoad(Transport transport) throws Exception {
        assumeTrue(Files.isExecutable(LOAD), "no dnsperf");
        int port = FreePorts.next();
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < NAMES; i++) {
            names.append('h').append(i).append(".host.test A\n");
        }
        Path file = Files.writeString(directory.resolve("names"), names);
        try (Dns one = new Dns("one"); Dns other = new Dns("other"); ProxyServer _ = start(transport, port, one, other)) {
            String report = run(
                    LOAD.toString(), "-s", "127.0.0.1", "-p", Integer.toString(port), "-d", file.toString(),
                    "-n", Integer.toString(RUNS), "-c", "20", "-q", "60");
            assertThat(report)
                    .containsPattern("Queries completed: +" + NAMES * RUNS + " \\(100.00%\\)")
                    .containsPattern("Queries lost: +0 ")
                    .containsPattern("NOERROR " + NAMES * RUNS + " \\(100.00%\\)");
        }
    }

    /// The seed as it is, but for hosts, ports and the directory of the log.
    private ProxyServer start(Transport transport, int port, Dns one, Dns other) throws IOException, StartException {
        Path configuration = Files.writeString(directory.resolve("nginx.conf"), seed()
                .replace("192.168.0.1:53", one.address())
                .replace("localhost:53", other.address())
                .replace("127.0.0.1:53 udp", "127.0.0.1:" + port + " udp")
                .replace("/var/log/", directory + "/"));
        return Sluice.start(configuration, ServerOptions.of(new NoLog()).withTransport(transport.label()));
    }

    private static String seed() throws IOException {
        try (InputStream in = DnsTest.class.getResourceAsStream("/seed/dns.conf")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String dig(int port, String name, String type) throws Exception {
        return run(
                CLIENT.toString(), "@127.0.0.1", "-p", Integer.toString(port), "+short", "+notcp", "+ignore",
                "+bufsize=4096", "+tries=1", "+time=10", name, type);
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.strip();
    }

    /// The configuration has an error log of its own.
    private static final class NoLog implements ErrorSink {

        @Override
        public boolean admits(LogLevel level) {
            return false;
        }

        @Override
        public void log(LogLevel level, long connection, String message) {}
    }
}
