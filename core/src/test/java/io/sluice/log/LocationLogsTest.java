package io.sluice.log;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.GZIPInputStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sluice.config.model.AccessLogConfig;
import io.sluice.config.model.ByteSize;
import io.sluice.config.model.ErrorLogConfig;
import io.sluice.config.model.HttpConfig;
import io.sluice.config.model.LogFormatConfig;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.LogTarget;
import io.sluice.config.model.Position;
import io.sluice.session.FieldVariable;
import io.sluice.session.HttpVariable;
import io.sluice.variable.Configs;
import io.sluice.variable.FakeSession;
import io.sluice.variable.VariableTable;

import static io.sluice.log.LogFiles.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class LocationLogsTest {

    private static final VariableTable TABLE = VariableTable.of(HttpConfig.EMPTY);

    private final Path directory;

    private final Logs logs = new Logs("gate");

    private final LogSet set;

    LocationLogsTest(@TempDir Path directory) {
        this.directory = directory;
        this.set = logs.newSet(List.of(errorLog("error.log", LogLevel.ERROR)));
    }

    @AfterEach
    void close() {
        logs.close();
    }

    @Test
    void combinedNeedsNoDefinition() throws Exception {
        AccessLogs access = open(HttpConfig.EMPTY, access("access.log", "combined"));
        FakeSession exchange = exchange()
                .with(HttpVariable.REMOTE_USER, "ann \"x\"")
                .with(new FieldVariable(FieldVariable.Family.HTTP, "user-agent"), "curl/8\n");
        access.log(exchange);
        assertThat(lines(directory.resolve("access.log"))).containsExactly(
                "192.0.2.1 - ann \\x22x\\x22 [25/Nov/2026:12:00:00 +0000] \"GET /a?b HTTP/1.1\" 200 12 \"-\" \"curl/8\\x0A\"");
    }

    @Test
    void aFormatOfItsOwnGoesBeforeThePredefinedOne() throws Exception {
        AccessLogs access = open(formats("combined", "$status"), access("access.log", "combined"));
        access.log(exchange());
        assertThat(lines(directory.resolve("access.log"))).containsExactly("200");
    }

    @Test
    void formatsOfHttpAreItsOwn() {
        LocationLogs locations = set.locationLogs(formats("short", "$status"), TABLE);
        assertThatThrownBy(() -> locations.accessLogs(List.of(access("a", "of_stream"))))
                .hasMessage("unknown log format \"of_stream\"");
    }

    @Test
    void locationsThatLogTheSameShareTheirLogs() throws Exception {
        LocationLogs locations = set.locationLogs(formats("short", "$status"), TABLE);
        AccessLogs one = locations.accessLogs(List.of(access("one", "short")));
        AccessLogs two = locations.accessLogs(List.of(access("two", "short"), access("one", "short")));
        assertThat(locations.accessLogs(List.of(access("one", "short")))).isSameAs(one);
        assertThat(locations.accessLogs(List.of()).isOff()).isTrue();
        set.open();
        set.activate();
        one.log(exchange());
        two.log(exchange());
        assertThat(lines(directory.resolve("one"))).hasSize(2);
        assertThat(lines(directory.resolve("two"))).hasSize(1);
    }

    @Test
    void errorLogsOfALocation() throws Exception {
        LocationLogs locations = set.locationLogs(HttpConfig.EMPTY, TABLE);
        var own = List.of(errorLog("own.log", LogLevel.INFO));
        assertThat(locations.errors(List.of())).isSameAs(set.errors());
        assertThat(locations.errors(own)).isSameAs(locations.errors(List.copyOf(own)));
        set.open();
        set.activate();
        locations.errors(own).log(LogLevel.INFO, 7, "here");
        locations.errors(List.of()).log(LogLevel.ERROR, "there");
        assertThat(lines(directory.resolve("own.log"))).singleElement().asString().endsWith(": *7 here");
        assertThat(lines(directory.resolve("error.log"))).singleElement().asString().endsWith(": there");
    }

    @Test
    void conditionsBuffersAndCompression() throws Exception {
        AccessLogConfig plain = access("access.log.gz", "short");
        AccessLogs access = open(formats("short", "$status"), new AccessLogConfig(
                plain.position(), plain.target(), plain.format(), new ByteSize(4096), Optional.empty(), OptionalInt.of(6),
                Optional.of(Configs.template("$arg_log"))));
        FieldVariable argument = new FieldVariable(FieldVariable.Family.ARG, "log");
        access.log(exchange());
        access.log(exchange().with(argument, "1").with(HttpVariable.STATUS, "404"));
        Path file = directory.resolve("access.log.gz");
        assertThat(file).isEmptyFile();
        logs.close();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("404\n");
        }
    }

    @Test
    void aComputedNameNeedsADocumentRoot() throws Exception {
        AccessLogs access = open(formats("short", "$status"), access("$host.log", "short"));
        FakeSession exchange = exchange().with(HttpVariable.HOST, "a");
        access.log(exchange.with(HttpVariable.DOCUMENT_ROOT, directory.resolve("none").toString()));
        assertThat(directory.resolve("a.log")).doesNotExist();
        assertThat(lines(directory.resolve("error.log"))).singleElement().asString()
                .contains("testing \"" + directory.resolve("none") + "\" existence failed");
        access.log(exchange.with(HttpVariable.DOCUMENT_ROOT, directory.toString()));
        assertThat(lines(directory.resolve("a.log"))).containsExactly("200");
    }

    private AccessLogs open(HttpConfig http, AccessLogConfig config) throws LogOpenException {
        AccessLogs access = set.locationLogs(http, TABLE).accessLogs(List.of(config));
        set.open();
        set.activate();
        return access;
    }

    private static HttpConfig formats(String name, String text) {
        LogFormatConfig format = new LogFormatConfig(
                Position.NONE, name, LogFormatConfig.Escape.DEFAULT, Configs.template(text));
        return new HttpConfig(
                List.of(), Map.of(), List.of(), List.of(), List.of(), List.of(), List.of(), Map.of(name, format));
    }

    private AccessLogConfig access(String name, String format) {
        return new AccessLogConfig(
                Position.NONE, file(name), format, ByteSize.ZERO, Optional.empty(), OptionalInt.empty(), Optional.empty());
    }

    private ErrorLogConfig errorLog(String name, LogLevel level) {
        return new ErrorLogConfig(Position.NONE, file(name), level);
    }

    private LogTarget file(String name) {
        return new LogTarget.File(Configs.template(directory + "/" + name));
    }

    private static FakeSession exchange() {
        return new FakeSession(TABLE)
                .with(HttpVariable.REMOTE_ADDR, "192.0.2.1")
                .with(HttpVariable.TIME_LOCAL, "25/Nov/2026:12:00:00 +0000")
                .with(HttpVariable.REQUEST, "GET /a?b HTTP/1.1")
                .with(HttpVariable.STATUS, "200")
                .with(HttpVariable.BODY_BYTES_SENT, "12");
    }
}
