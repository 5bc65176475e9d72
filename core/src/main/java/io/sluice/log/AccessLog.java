package io.sluice.log;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.AccessLogConfig;
import io.sluice.config.model.TemplateConfig;
import io.sluice.variable.Template;
import io.sluice.variable.VariableSource;
import io.sluice.variable.VariableTable;

/// One `access_log`, compiled. Thread-safe.
final class AccessLog {

    private final Logs logs;

    private final LogFormat format;

    private final Sink sink;

    private final @Nullable Template condition;

    AccessLog(Logs logs, AccessLogConfig config, LogFormat format, Sink sink, VariableTable variables) {
        this.logs = logs;
        this.format = format;
        this.sink = sink;
        TemplateConfig written = config.condition().orElse(null);
        this.condition = written == null ? null : variables.compile(written);
    }

    LogFormat format() {
        return format;
    }

    /// `if=`; null: none.
    @Nullable Template condition() {
        return condition;
    }

    /// Whether the file's name depends on the session.
    boolean isComputed() {
        return sink instanceof Sink.Computed;
    }

    /// What `if=` says.
    boolean wants(VariableSource session) {
        if (condition == null) {
            return true;
        }
        String value = condition.evaluate(session);
        return !value.isEmpty() && !value.equals("0");
    }

    /// Hands over a line that [#wants] and a fixed file are sure of; false when it was dropped.
    boolean submit(@Nullable String[] values) {
        return logs.submit(new Entry(this, values, "", "", System.currentTimeMillis()));
    }

    /// Logs a session, unless `if=` says otherwise; false when the line was dropped.
    boolean log(VariableSource session) {
        if (!wants(session)) {
            return true;
        }
        String path = "";
        String root = "";
        if (sink instanceof Sink.Computed computed) {
            path = computed.path.evaluate(session);
            root = computed.root == null ? "" : computed.root.evaluate(session);
        }
        return logs.submit(new Entry(this, format.values(session), path, root, System.currentTimeMillis()));
    }

    private void write(Entry entry) {
        LineBuffer line = logs.line();
        format.append(entry.values, line);
        long now = logs.nanos();
        switch (sink) {
            case Sink.Fixed(FileDestination file, _) -> file.writeBuffered(line, now);
            case Sink.Fixed(Destination destination, int severity) ->
                destination.write(line, severity, entry.wallMillis);
            case Sink.Computed _ -> {
                Destination file = logs.onDemandFiles().open(entry.path, entry.root, now);
                if (file != null) {
                    file.write(line, 0, entry.wallMillis);
                }
            }
        }
    }

    /// Where the lines go. Immutable.
    sealed interface Sink {

        /// To the same destination always.
        ///
        /// @param severity syslog's number for it
        record Fixed(Destination destination, int severity) implements Sink {}

        /// To a file whose name depends on the session.
        ///
        /// @param root the directory that has to exist; null: none
        record Computed(Template path, @Nullable Template root) implements Sink {}
    }

    /// One line's values. Immutable.
    ///
    /// @param path the file, when its name depends on the session
    /// @param root the directory that has to exist then; empty: none
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Entry(AccessLog log, @Nullable String[] values, String path, String root, long wallMillis)
            implements LogEntry {

        @Override
        public void write() {
            log.write(this);
        }
    }
}
