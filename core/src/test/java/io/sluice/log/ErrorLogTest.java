package io.sluice.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.sluice.config.model.ErrorLogConfig;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.LogTarget;
import io.sluice.config.model.Position;
import io.sluice.config.model.TemplateConfig;

import static io.sluice.log.LogFiles.awaitLines;
import static io.sluice.log.LogFiles.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ErrorLogTest {

    private final Path directory;

    private final Logs logs = new Logs("gate");

    ErrorLogTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void close() {
        logs.close();
    }

    @Test
    void linesHaveNginxsShape() throws Exception {
        Path file = directory.resolve("error.log");
        ErrorLog errors = open(to(file, LogLevel.NOTICE)).errors();
        errors.log(LogLevel.ERROR, 42, "connect() failed");
        errors.log(LogLevel.NOTICE, "start");
        String pid = Long.toString(ProcessHandle.current().pid());
        assertThat(lines(file)).satisfiesExactly(
                line -> assertThat(line).matches(
                        "\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d \\[error] " + pid + "#\\d+: \\*42 connect\\(\\) failed"),
                line -> assertThat(line).endsWith("#" + threadNumber() + ": start").contains(" [notice] "));
        assertThat(Files.getPosixFilePermissions(file))
                .isSubsetOf(PosixFilePermissions.fromString("rw-r--r--"));
    }

    private static String threadNumber() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString();
    }

    @Test
    void eachLogTakesWhatItsLevelAdmits() throws Exception {
        Path all = directory.resolve("all");
        Path severe = directory.resolve("severe");
        ErrorLog errors = open(to(all, LogLevel.INFO), to(severe, LogLevel.CRIT)).errors();
        assertThat(errors.admits(LogLevel.INFO)).isTrue();
        assertThat(errors.admits(LogLevel.DEBUG)).isFalse();
        errors.log(LogLevel.DEBUG, "debug");
        errors.log(LogLevel.INFO, "info");
        errors.log(LogLevel.ALERT, "alert");
        assertThat(lines(all)).hasSize(2);
        assertThat(lines(severe)).singleElement().asString().endsWith(": alert");
    }

    @Test
    void aMessageIsOneLineOfBoundedLength() throws Exception {
        Path file = directory.resolve("error.log");
        ErrorLog errors = open(to(file, LogLevel.INFO)).errors();
        errors.log(LogLevel.ERROR, "evil\n2026/11/22 [alert] forged\u007f caf\u00e9");
        errors.log(LogLevel.ERROR, "x".repeat(10_000));
        List<String> lines = lines(file);
        assertThat(lines.get(0)).endsWith(": evil\\x0A2026/11/22 [alert] forged\\x7F caf\u00e9");
        assertThat(lines.get(1)).hasSize(2047);
        assertThat(lines).hasSize(2);
    }

    @Test
    void nothingLoggedBeforeCloseIsLost() throws Exception {
        Path file = directory.resolve("error.log");
        ErrorLog errors = open(to(file, LogLevel.INFO)).errors();
        logs.start();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int number = t;
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 1_000; i++) {
                    errors.log(LogLevel.ERROR, 0, "message " + number + " " + i);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        logs.close();
        assertThat(logs.droppedLines()).isZero();
        assertThat(lines(file)).hasSize(4_000);
        assertThat(lines(file).stream().filter(line -> line.contains(": message 2 ")).map(line ->
                Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)))).isSorted().hasSize(1_000);
    }

    @Test
    void theWriterWakesUpByItself() throws Exception {
        Path file = directory.resolve("error.log");
        ErrorLog errors = open(to(file, LogLevel.INFO)).errors();
        logs.start();
        for (int i = 1; i <= 5; i++) {
            errors.log(LogLevel.ERROR, "message " + i);
            assertThat(awaitLines(file, i)).last().asString().endsWith(": message " + i);
        }
    }

    @Test
    void aFullQueueDropsAndSaysSo() throws Exception {
        Path file = directory.resolve("error.log");
        try (Logs small = new Logs("gate", 16, System::nanoTime)) {
            LogSet set = small.newSet(List.of(to(file, LogLevel.INFO)));
            set.open();
            set.activate();
            small.start();
            small.lock().lock();
            try {
                // The writer may hold one line that it took before it had to wait for the lock.
                for (int i = 0; i < 40; i++) {
                    set.errors().log(LogLevel.ERROR, 0, "message " + i);
                }
            } finally {
                small.lock().unlock();
            }
            awaitLines(file, 17);
            assertThat(small.droppedLines()).isEqualTo(24);
        }
        assertThat(lines(file)).hasSize(17).last().asString()
                .endsWith(": 24 log lines were dropped, the writer was behind").contains("[warn]");
    }

    @Test
    void repetitionsAreCounted() throws Exception {
        Path file = directory.resolve("error.log");
        long[] nanos = {Long.MAX_VALUE};
        try (Logs stepped = new Logs("gate", 16, () -> nanos[0])) {
            LogSet set = stepped.newSet(List.of(to(file, LogLevel.INFO)));
            set.open();
            set.activate();
            ErrorLog errors = set.errors();
            for (int i = 1; i <= 10; i++) {
                errors.log(LogLevel.ERROR, i, "refused");
            }
            errors.log(LogLevel.WARN, 11, "refused");
            nanos[0] += 1_000_000_000;
            errors.log(LogLevel.WARN, 12, "refused");
            errors.log(LogLevel.WARN, 13, "refused");
        }
        assertThat(lines(file)).extracting(line -> line.replaceFirst(".*#\\d+: ", "")).containsExactly(
                "*1 refused", "message repeated 9 times: refused", "*11 refused", "*12 refused",
                "message repeated 1 time: refused");
    }

    @Test
    void aRepetitionIsReportedAfterASecondWithoutAnotherMessage() throws Exception {
        Path file = directory.resolve("error.log");
        ErrorLog errors = open(to(file, LogLevel.INFO)).errors();
        logs.start();
        errors.log(LogLevel.ERROR, "refused");
        errors.log(LogLevel.ERROR, "refused");
        assertThat(awaitLines(file, 2)).last().asString().endsWith(": message repeated 1 time: refused");
    }

    @Test
    void reopenFollowsAMovedFile() throws Exception {
        Path file = directory.resolve("error.log");
        Path moved = directory.resolve("error.log.1");
        ErrorLog errors = open(to(file, LogLevel.INFO)).errors();
        logs.start();
        errors.log(LogLevel.ERROR, "before");
        awaitLines(file, 1);
        Files.move(file, moved);
        errors.log(LogLevel.ERROR, "between");
        logs.reopen();
        errors.log(LogLevel.ERROR, "after");
        logs.close();
        assertThat(lines(moved)).hasSize(2);
        assertThat(lines(file)).singleElement().asString().endsWith(": after");
    }

    @Test
    void aFailedReopenGoesOnWithTheOldFile() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("logs"));
        Path file = folder.resolve("error.log");
        ErrorLog errors = open(to(file, LogLevel.INFO)).errors();
        Path moved = directory.resolve("moved");
        Files.move(folder, moved);
        logs.reopen();
        errors.log(LogLevel.ERROR, "after");
        assertThat(lines(moved.resolve("error.log"))).satisfiesExactly(
                line -> assertThat(line)
                        .contains("[emerg]").endsWith("open() \"" + file + "\" failed (2: No such file or directory)"),
                line -> assertThat(line).endsWith(": after"));
    }

    @Test
    void whatCannotBeOpenedIsAStartUpError() {
        Path file = directory.resolve("missing/error.log");
        Position position = new Position("nginx.conf", 3, 1);
        LogSet set = logs.newSet(
                List.of(new ErrorLogConfig(position, new LogTarget.File(literal(file)), LogLevel.ERROR)));
        assertThatThrownBy(set::open).isInstanceOfSatisfying(LogOpenException.class, e -> {
            assertThat(e).hasMessage("open() \"" + file + "\" failed (2: No such file or directory)");
            assertThat(e.position()).isEqualTo(position);
        });
        set.close();
    }

    @Test
    void buildingASetCreatesNoFile() {
        Path file = directory.resolve("error.log");
        try (LogSet set = logs.newSet(List.of(to(file, LogLevel.INFO)))) {
            set.errors().log(LogLevel.ERROR, "swallowed");
            assertThat(set.files()).containsExactly(file);
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void generationsShareTheirFiles() throws Exception {
        Path file = directory.resolve("error.log");
        LogSet old = open(to(file, LogLevel.INFO), to(directory.resolve("old.log"), LogLevel.INFO));
        LogSet young = open(to(file, LogLevel.INFO));
        old.close();
        young.errors().log(LogLevel.ERROR, "still there");
        old.errors().log(LogLevel.ERROR, "from a late session");
        assertThat(lines(file)).hasSize(2);
        assertThat(lines(directory.resolve("old.log"))).isEmpty();
    }

    @Test
    void aServerWithoutLogsOfItsOwnUsesThoseOfTheProcess() throws Exception {
        Path file = directory.resolve("error.log");
        Path own = directory.resolve("server.log");
        LogSet set = logs.newSet(List.of(to(file, LogLevel.INFO)));
        assertThat(set.errorLog(List.of())).isSameAs(set.errors());
        ErrorLog server = set.errorLog(List.of(to(own, LogLevel.ERROR)));
        set.open();
        set.activate();
        server.log(LogLevel.ERROR, "mine");
        assertThat(lines(own)).hasSize(1);
        assertThat(lines(file)).isEmpty();
    }

    private LogSet open(ErrorLogConfig... configs) throws LogOpenException {
        LogSet set = logs.newSet(List.of(configs));
        set.open();
        set.activate();
        return set;
    }

    private static ErrorLogConfig to(Path file, LogLevel level) {
        return new ErrorLogConfig(Position.NONE, new LogTarget.File(literal(file)), level);
    }

    private static TemplateConfig literal(Path file) {
        return TemplateConfig.literal(Position.NONE, file.toString());
    }
}
