package io.sluice.log;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.GZIPInputStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.sluice.config.model.AccessLogConfig;
import io.sluice.config.model.ByteSize;
import io.sluice.config.model.ErrorLogConfig;
import io.sluice.config.model.LogFormatConfig;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.LogTarget;
import io.sluice.config.model.Position;
import io.sluice.config.model.StreamConfig;
import io.sluice.config.model.TemplateConfig;
import io.sluice.variable.Configs;
import io.sluice.variable.FakeSession;
import io.sluice.variable.VariableTable;

import static io.sluice.log.LogFiles.awaitLines;
import static io.sluice.log.LogFiles.lines;
import static io.sluice.session.StreamVariable.REMOTE_ADDR;
import static io.sluice.session.StreamVariable.SERVER_NAME;
import static io.sluice.session.StreamVariable.STATUS;
import static org.assertj.core.api.Assertions.assertThat;

class AccessLogTest {

    private static final VariableTable TABLE = VariableTable.of(StreamConfig.EMPTY);

    private static final Map<String, LogFormatConfig> FORMATS = Map.of(
            "main",
            new LogFormatConfig(
                    Position.NONE, "main", LogFormatConfig.Escape.DEFAULT, Configs.template("$remote_addr $status")));

    private final Path directory;

    private final Logs logs = new Logs("gate");

    AccessLogTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void close() {
        logs.close();
    }

    @Test
    void linesAreWrittenAtOnceWithoutABuffer() throws Exception {
        Path file = directory.resolve("access.log");
        AccessLogs access = open(access(file.toString()));
        assertThat(access.log(session("200"))).isZero();
        assertThat(lines(file)).containsExactly("10.0.0.1 200");
        logs.start();
        access.log(session("502"));
        assertThat(awaitLines(file, 2)).containsExactly("10.0.0.1 200", "10.0.0.1 502");
    }

    @Test
    void valuesAreThoseOfTheMoment() throws Exception {
        Path file = directory.resolve("access.log");
        AccessLogs access = open(access(file.toString()));
        logs.start();
        FakeSession session = session("200");
        access.log(session);
        session.with(STATUS, "999");
        logs.close();
        assertThat(lines(file)).containsExactly("10.0.0.1 200");
    }

    @Test
    void severalLogsAndNone() throws Exception {
        Path one = directory.resolve("one");
        Path two = directory.resolve("two");
        AccessLogs access = open(access(one.toString()), access(two.toString()));
        access.log(session("200"));
        assertThat(lines(one)).hasSize(1);
        assertThat(lines(two)).hasSize(1);
        assertThat(open().isOff()).isTrue();
        assertThat(open().log(session("200"))).isZero();
    }

    @Test
    void theConditionDecides() throws Exception {
        Path file = directory.resolve("access.log");
        AccessLogs access = open(with(access(file.toString()), ByteSize.ZERO, null, 0, "$server_name"));
        access.log(session("1").with(SERVER_NAME, "0"));
        access.log(session("2").with(SERVER_NAME, ""));
        access.log(session("3"));
        access.log(session("4").with(SERVER_NAME, "00"));
        access.log(session("5").with(SERVER_NAME, "x"));
        assertThat(lines(file)).containsExactly("10.0.0.1 4", "10.0.0.1 5");
    }

    @Test
    void aBufferIsWrittenWhenTheNextLineDoesNotFit() throws Exception {
        Path file = directory.resolve("access.log");
        AccessLogs access = open(with(access(file.toString()), new ByteSize(30), null, 0, ""));
        access.log(session("200"));
        access.log(session("201"));
        assertThat(file).isEmptyFile();
        access.log(session("202"));
        assertThat(lines(file)).hasSize(2);
        access.log(session("x".repeat(50)));
        assertThat(lines(file)).hasSize(4);
        access.log(session("203"));
        assertThat(lines(file)).hasSize(4);
        logs.close();
        assertThat(lines(file)).hasSize(5).last().isEqualTo("10.0.0.1 203");
    }

    @Test
    void aBufferIsWrittenWhenItsTimeIsUp() throws Exception {
        Path file = directory.resolve("access.log");
        AccessLogs access =
                open(with(access(file.toString()), new ByteSize(4096), Duration.ofMillis(1), 0, ""));
        logs.start();
        access.log(session("200"));
        assertThat(awaitLines(file, 1)).hasSize(1);
        access.log(session("201"));
        assertThat(awaitLines(file, 2)).hasSize(2);
    }

    @Test
    void compressedBuffersMakeOneReadableFile() throws Exception {
        Path file = directory.resolve("access.log.gz");
        AccessLogs access = open(with(access(file.toString()), new ByteSize(100), null, 6, ""));
        for (int i = 100; i < 200; i++) {
            access.log(session(Integer.toString(i)));
        }
        logs.close();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(text.lines()).hasSize(100).startsWith("10.0.0.1 100").endsWith("10.0.0.1 199");
        }
    }

    @Test
    void gzipAloneMeansABufferOf64KiB() {
        assertThat(Buffering.of(with(access("x"), ByteSize.ZERO, null, 1, "")))
                .isEqualTo(new Buffering(65_536, 0, 1));
    }

    @Test
    void twoLogsOfOneFileShareItsBuffer() throws Exception {
        Path file = directory.resolve("access.log");
        AccessLogs access = open(access(file.toString()), with(access(file.toString()), new ByteSize(4096), null, 0, ""));
        access.log(session("200"));
        assertThat(file).isEmptyFile();
        logs.reopen();
        assertThat(lines(file)).hasSize(2);
    }

    @Test
    void aReloadThatDropsTheBufferWritesIt() throws Exception {
        Path file = directory.resolve("access.log");
        AccessLogs access = open(with(access(file.toString()), new ByteSize(4096), null, 0, ""));
        access.log(session("200"));
        AccessLogs young = open(access(file.toString()));
        assertThat(lines(file)).hasSize(1);
        young.log(session("201"));
        access.log(session("202"));
        assertThat(lines(file)).hasSize(3);
    }

    @Test
    void namesMayHaveVariables() throws Exception {
        AccessLogs access = open(access(directory + "/$server_name.log"));
        access.log(session("200").with(SERVER_NAME, "a"));
        access.log(session("201").with(SERVER_NAME, "b"));
        access.log(session("202").with(SERVER_NAME, "a"));
        assertThat(lines(directory.resolve("a.log"))).containsExactly("10.0.0.1 200", "10.0.0.1 202");
        assertThat(lines(directory.resolve("b.log"))).containsExactly("10.0.0.1 201");
        Files.move(directory.resolve("a.log"), directory.resolve("moved"));
        logs.reopen();
        access.log(session("203").with(SERVER_NAME, "a"));
        assertThat(lines(directory.resolve("a.log"))).containsExactly("10.0.0.1 203");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "x/../../evil", "nul\u0000", "line\n", "missing/x"})
    void namesThatLeadAstrayAreRefusedAndReported(String name) throws Exception {
        Path inner = Files.createDirectory(directory.resolve("inner"));
        AccessLogs access = open(access(inner + "/$server_name.log"));
        access.log(session("200").with(SERVER_NAME, name));
        access.log(session("200").with(SERVER_NAME, name));
        assertThat(inner).isEmptyDirectory();
        assertThat(directory.resolve("evil.log")).doesNotExist();
        assertThat(lines(errorLog())).singleElement().asString().contains("[crit]");
    }

    @Test
    void filesOpenedOnDemandAreFew() throws Exception {
        OnDemandFiles files = new OnDemandFiles(new Descriptors(), (_, _) -> {}, 2);
        Destination a = files.open(directory + "/a", "", 0);
        files.open(directory + "/b", "", 0);
        assertThat(files.open(directory + "/a", "", 0)).isSameAs(a);
        files.open(directory + "/c", "", 0);
        assertThat(files.size()).isEqualTo(2);
        assertThat(files.open(directory + "/a", "", 0)).isSameAs(a);

        assertThat(files.nanosUntilStale(Duration.ofSeconds(4).toNanos())).isEqualTo(Duration.ofSeconds(6).toNanos());
        files.closeStale(Duration.ofSeconds(10).toNanos());
        assertThat(files.size()).isZero();
        assertThat(files.nanosUntilStale(0)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aFullDiskIsReportedOnce() throws Exception {
        AccessLogs access = open(access("/dev/full"));
        access.log(session("200"));
        access.log(session("200"));
        assertThat(lines(errorLog())).singleElement().asString()
                .contains("[alert]").endsWith("write() to \"/dev/full\" failed (28: No space left on device)");
    }

    private Path errorLog() {
        return directory.resolve("error.log");
    }

    private AccessLogs open(AccessLogConfig... configs) throws LogOpenException {
        TemplateConfig path = TemplateConfig.literal(Position.NONE, errorLog().toString());
        LogSet set = logs.newSet(
                List.of(new ErrorLogConfig(Position.NONE, new LogTarget.File(path), LogLevel.ERROR)));
        AccessLogs access = set.accessLogs(List.of(configs), FORMATS, TABLE);
        set.open();
        set.activate();
        return access;
    }

    private static AccessLogConfig access(String path) {
        return new AccessLogConfig(
                Position.NONE, new LogTarget.File(Configs.template(path)), "main", ByteSize.ZERO, Optional.empty(),
                OptionalInt.empty(), Optional.empty());
    }

    private static AccessLogConfig with(
            AccessLogConfig log, ByteSize buffer, @Nullable Duration flush, int gzip,
            String condition) {
        return new AccessLogConfig(
                log.position(), log.target(), log.format(), buffer, Optional.ofNullable(flush),
                gzip == 0 ? OptionalInt.empty() : OptionalInt.of(gzip),
                condition.isEmpty() ? Optional.empty() : Optional.of(Configs.template(condition)));
    }

    private static FakeSession session(String status) {
        return new FakeSession(TABLE).with(REMOTE_ADDR, "10.0.0.1").with(STATUS, status);
    }
}
