package io.sluice.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LogLevel;
import io.sluice.session.ErrorSink;

/// The `error_log` directives of a process or a server. Thread-safe.
///
/// Lines have nginx's shape: `2026/11/22 17:00:00 [error] PID#TID: *CONNECTION message`. A message that is repeated at
/// once is counted instead, and the count is written when another message comes or a second has passed.
public final class ErrorLog implements ErrorSink {

    /// nginx's NGX_MAX_ERROR_STR.
    private static final int MAX_LINE_BYTES = 2048;

    private static final long REPETITION_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final String PROCESS_ID = Long.toString(ProcessHandle.current().pid());

    private static final ThreadLocal<String> THREAD_ID = ThreadLocal.withInitial(ErrorLog::threadId);

    private final Logs logs;

    private final List<Target> targets;

    private final LogLevel threshold;

    // Guarded by the lock of Logs: the message that was written last, and how often it has come again.
    private @Nullable Entry last;

    private long lastNanos;

    private int repetitions;

    ErrorLog(Logs logs, List<Target> targets) {
        this.logs = logs;
        this.targets = List.copyOf(targets);
        this.threshold = targets.stream().map(Target::threshold).min(LogLevel::compareTo).orElse(LogLevel.EMERG);
    }

    @Override
    public boolean admits(LogLevel level) {
        return level.atLeast(threshold);
    }

    @Override
    public void log(LogLevel level, long connection, String message) {
        if (admits(level)) {
            logs.submit(entry(level, connection, message));
        }
    }

    Entry entry(LogLevel level, long connection, String message) {
        return new Entry(this, level, connection, message, System.currentTimeMillis(), THREAD_ID.get());
    }

    /// How long until a repetition that is being counted is to be reported.
    long nanosUntilRepetitionEnds(long nowNanos) {
        return REPETITION_NANOS - (nowNanos - lastNanos);
    }

    void endRepetitionIfDue(long nowNanos) {
        if (nanosUntilRepetitionEnds(nowNanos) <= 0) {
            endRepetition();
        }
    }

    /// Writes how often the last message has been repeated.
    void endRepetition() {
        Entry repeated = last;
        int count = repetitions;
        last = null;
        repetitions = 0;
        if (repeated != null && count > 0) {
            logs.repeating(this, false);
            String message = "message repeated " + count + (count == 1 ? " time: " : " times: ");
            put(new Entry(
                    this, repeated.level, 0, message + repeated.message, System.currentTimeMillis(),
                    repeated.threadId));
        }
    }

    private void write(Entry entry) {
        long now = logs.nanos();
        if (last != null && last.repeats(entry) && now - lastNanos < REPETITION_NANOS) {
            if (repetitions++ == 0) {
                logs.repeating(this, true);
            }
            return;
        }
        endRepetition();
        last = entry;
        lastNanos = now;
        put(entry);
    }

    private void put(Entry entry) {
        for (Target target : targets) {
            if (entry.level.atLeast(target.threshold)) {
                LineBuffer line = logs.line();
                format(entry, line);
                target.destination.write(line, SyslogDestination.severity(entry.level), entry.wallMillis);
            }
        }
    }

    private void format(Entry entry, LineBuffer line) {
        line.append(logs.times().errorLog(entry.wallMillis));
        line.append(" [").append(entry.level.label()).append("] ");
        line.append(PROCESS_ID).append('#').append(entry.threadId).append(": ");
        if (entry.connection != 0) {
            line.append('*').append(Long.toString(entry.connection)).append(' ');
        }
        line.appendMessage(entry.message);
        line.truncate(MAX_LINE_BYTES - 1);
    }

    /// The kernel's number of the calling thread, which tools such as top and strace know it by.
    private static String threadId() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString();
        } catch (IOException | RuntimeException _) {
            return PROCESS_ID;
        }
    }

    /// One `error_log`. Immutable.
    record Target(Destination destination, LogLevel threshold) {}

    /// One message. Immutable.
    record Entry(ErrorLog log, LogLevel level, long connection, String message, long wallMillis, String threadId)
            implements LogEntry {

        @Override
        public void write() {
            log.write(this);
        }

        boolean repeats(Entry other) {
            return level == other.level && message.equals(other.message);
        }
    }
}
