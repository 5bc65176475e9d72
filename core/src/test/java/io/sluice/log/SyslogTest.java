package io.sluice.log;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sluice.config.model.AccessLogConfig;
import io.sluice.config.model.ByteSize;
import io.sluice.config.model.Endpoint;
import io.sluice.config.model.ErrorLogConfig;
import io.sluice.config.model.LogFormatConfig;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.LogTarget;
import io.sluice.config.model.Position;
import io.sluice.config.model.StreamConfig;
import io.sluice.config.model.TemplateConfig;
import io.sluice.session.StreamVariable;
import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.LinuxConstants;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;
import io.sluice.variable.Configs;
import io.sluice.variable.FakeSession;
import io.sluice.variable.VariableTable;

import static org.assertj.core.api.Assertions.assertThat;

class SyslogTest {

    private final Path directory;

    private final Logs logs = new Logs("gate");

    SyslogTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void close() {
        logs.close();
    }

    @Test
    void errorsByUdp() throws Exception {
        try (DatagramSocket server = server()) {
            ErrorLog errors = errorLog(target(server.getLocalPort(), true));
            errors.log(LogLevel.CRIT, 7, "disaster");
            assertThat(receive(server)).matches(
                    "<186>[A-Z][a-z]{2} [ 1-3]\\d \\d\\d:\\d\\d:\\d\\d gate tag_1: "
                            + "\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d \\[crit] \\d+#\\d+: \\*7 disaster");
            errors.log(LogLevel.DEBUG, "details");
            assertThat(receive(server)).startsWith("<191>");
        }
    }

    @Test
    void theHostNameMayBeLeftOut() throws Exception {
        try (DatagramSocket server = server()) {
            errorLog(target(server.getLocalPort(), false)).log(LogLevel.EMERG, "x");
            assertThat(receive(server)).matches("<184>[A-Z][a-z]{2} [ 1-3]\\d [\\d:]{8} tag_1: \\d{4}/.*");
        }
    }

    @Test
    void accessLinesByUdpAreBounded() throws Exception {
        VariableTable table = VariableTable.of(StreamConfig.EMPTY);
        try (DatagramSocket server = server()) {
            AccessLogConfig config = new AccessLogConfig(
                    Position.NONE, target(server.getLocalPort(), true), "f", ByteSize.ZERO, Optional.empty(),
                    OptionalInt.empty(), Optional.empty());
            LogFormatConfig format = new LogFormatConfig(
                    Position.NONE, "f", LogFormatConfig.Escape.DEFAULT, Configs.template("status $status"));
            LogSet set = logs.newSet(List.of(stderr()));
            AccessLogs access = set.accessLogs(List.of(config), Map.of("f", format), table);
            set.open();
            set.activate();
            access.log(new FakeSession(table).with(StreamVariable.STATUS, "200"));
            assertThat(receive(server)).startsWith("<189>").endsWith(" gate tag_1: status 200");
            access.log(new FakeSession(table).with(StreamVariable.STATUS, "2".repeat(20_000)));
            assertThat(receive(server)).hasSize(8192);
        }
    }

    @Test
    void errorsByUnixSocket() throws Exception {
        Path socket = directory.resolve("log.sock");
        try (UnixServer server = new UnixServer(socket)) {
            errorLog(unixTarget(socket)).log(LogLevel.ERROR, "here");
            assertThat(server.receive()).startsWith("<27>").endsWith(": here");
        }
    }

    @Test
    void nobodyListeningIsReportedOnceAndOverWhenSomebodyDoes() throws Exception {
        Path file = directory.resolve("error.log");
        Path socket = directory.resolve("log.sock");
        LogSet set = logs.newSet(List.of(
                new ErrorLogConfig(Position.NONE, unixTarget(socket), LogLevel.ERROR),
                new ErrorLogConfig(
                        Position.NONE, new LogTarget.File(TemplateConfig.literal(Position.NONE, file.toString())),
                        LogLevel.WARN)));
        set.open();
        set.activate();
        for (int i = 0; i < 5; i++) {
            set.errors().log(LogLevel.ERROR, "lost " + i);
        }
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).filteredOn(line -> line.contains(": lost ")).hasSize(5);
        assertThat(lines).filteredOn(line -> line.contains("to syslog failed")).singleElement().asString()
                .contains("[warn]").contains("connect() to syslog failed (2: No such file or directory)");
        try (UnixServer server = new UnixServer(socket)) {
            set.errors().log(LogLevel.ERROR, "found");
            assertThat(server.receive()).endsWith(": found");
        }
    }

    @Test
    void daysBelowTenAreAfterTwoSpaces() {
        LogTimes times = new LogTimes(ZoneOffset.UTC);
        assertThat(times.syslog(1_795_366_800_000L)).isEqualTo("Nov 22 17:00:00");
        assertThat(times.syslog(1_793_552_400_999L)).isEqualTo("Nov  1 17:00:00");
        assertThat(times.errorLog(1_793_552_400_999L)).isEqualTo("2026/11/01 17:00:00");
    }

    private ErrorLog errorLog(LogTarget target) throws LogOpenException {
        LogSet set = logs.newSet(List.of(new ErrorLogConfig(Position.NONE, target, LogLevel.DEBUG)));
        set.open();
        set.activate();
        return set.errors();
    }

    private static ErrorLogConfig stderr() {
        return new ErrorLogConfig(Position.NONE, new LogTarget.StandardError(), LogLevel.EMERG);
    }

    private static LogTarget.Syslog target(int port, boolean hostname) {
        return new LogTarget.Syslog(new Endpoint.Host("127.0.0.1", port), "local7", "notice", "tag_1", hostname);
    }

    private static DatagramSocket server() throws SocketException {
        DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        server.setSoTimeout(20_000);
        return server;
    }

    private static LogTarget.Syslog unixTarget(Path socket) {
        return new LogTarget.Syslog(new Endpoint.Unix(socket.toString()), "daemon", "info", "sluice", true);
    }

    private static String receive(DatagramSocket server) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
        server.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }

    /// A unix datagram socket, which java.nio lacks. Confined to the test's thread.
    private static final class UnixServer implements AutoCloseable {

        private static final int BYTES = 4096;

        private final LinuxCalls linux = new LinuxCalls();

        private final long memory = NativeMemory.allocateForever(BYTES, Long.BYTES);

        private final int fd = linux.socket(LinuxConstants.AF_UNIX, LinuxConstants.SOCK_DGRAM, 0);

        UnixServer(Path path) {
            int length = SocketAddresses.put(memory, UnixDomainSocketAddress.of(path));
            assertThat(linux.bind(fd, memory, length)).isZero();
        }

        /// What has arrived; the sender is this very thread, so it is here already.
        String receive() {
            byte[] bytes = new byte[BYTES];
            int count = linux.recv(fd, memory, BYTES, LinuxConstants.MSG_DONTWAIT);
            assertThat(count).isPositive();
            NativeMemory.get(memory, bytes, 0, count);
            return new String(bytes, 0, count, StandardCharsets.UTF_8);
        }

        @Override
        public void close() {
            linux.close(fd);
        }
    }
}
