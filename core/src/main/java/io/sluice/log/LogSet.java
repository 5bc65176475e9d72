package io.sluice.log;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.AccessLogConfig;
import io.sluice.config.model.ErrorLogConfig;
import io.sluice.config.model.HttpConfig;
import io.sluice.config.model.LogFormatConfig;
import io.sluice.config.model.LogTarget;
import io.sluice.config.model.Position;
import io.sluice.variable.ByteText;
import io.sluice.variable.Template;
import io.sluice.variable.VariableTable;

/// The logs of one generation. Used during start-up only, and when the generation retires; the logs it gives are thread-safe.
///
/// Building it opens nothing, so that a configuration can be tested; before [#open] its logs swallow what they are given.
public final class LogSet implements AutoCloseable {

    private final Logs logs;

    private final ErrorLog errors;

    // Every destination this generation names, with the place that names it first.
    private final Map<Destination, Position> destinations = new LinkedHashMap<>();

    private final Map<FileDestination, Buffering> buffered = new LinkedHashMap<>();

    LogSet(Logs logs, List<ErrorLogConfig> errorLogs) {
        this.logs = logs;
        this.errors = errorLog(errorLogs);
    }

    /// The error log of the process.
    public ErrorLog errors() {
        return errors;
    }

    /// The error log of a server; the process's when the server has none of its own.
    public ErrorLog errorLog(List<ErrorLogConfig> configs) {
        if (configs.isEmpty()) {
            return errors;
        }
        List<ErrorLog.Target> targets = new ArrayList<>();
        for (ErrorLogConfig config : configs) {
            targets.add(new ErrorLog.Target(destination(config.target(), config.position()), config.level()));
        }
        return new ErrorLog(logs, targets);
    }

    /// The access logs of a server.
    ///
    /// @param formats by name, see [io.sluice.config.model.StreamConfig#logFormats]
    public AccessLogs accessLogs(
            List<AccessLogConfig> configs, Map<String, LogFormatConfig> formats, VariableTable variables) {
        return accessLogs(configs, formats, variables, null);
    }

    /// The logs of an `http` block's locations.
    public LocationLogs locationLogs(HttpConfig http, VariableTable variables) {
        return new LocationLogs(this, http, variables);
    }

    /// @param root a directory that has to exist for a file whose name is evaluated
    AccessLogs accessLogs(
            List<AccessLogConfig> configs, Map<String, LogFormatConfig> formats, VariableTable variables,
            @Nullable Template root) {
        List<AccessLog> compiled = new ArrayList<>();
        for (AccessLogConfig config : configs) {
            LogFormatConfig format = formats.get(config.format());
            if (format == null) {
                throw new IllegalArgumentException("unknown log format \"" + config.format() + "\"");
            }
            compiled.add(new AccessLog(
                    logs, config, LogFormat.compile(format, variables), sink(config, variables, root), variables));
        }
        return new AccessLogs(compiled);
    }

    /// Opens everything that is not open yet. Other generations notice nothing.
    ///
    /// @throws LogOpenException at the first that cannot be opened; close the set then
    public void open() throws LogOpenException {
        logs.lock().lock();
        try {
            for (Map.Entry<Destination, Position> entry : destinations.entrySet()) {
                entry.getKey().open(entry.getValue());
            }
        } finally {
            logs.lock().unlock();
        }
    }

    /// Its generation is the newest from now on: its buffers hold for files that an older one writes too, and its error log
    /// takes messages about logging.
    public void activate() {
        logs.locked(() -> {
            for (Destination destination : destinations.keySet()) {
                if (destination instanceof FileDestination file) {
                    file.buffer(buffered.getOrDefault(file, Buffering.NONE));
                }
            }
            logs.main(errors);
        });
    }

    /// The files of this generation whose names are known: they have to belong to the user that the process becomes.
    public List<Path> files() {
        return destinations.keySet().stream()
                .filter(FileDestination.class::isInstance)
                .map(file -> Path.of(ByteText.decode(((FileDestination) file).path())))
                .toList();
    }

    /// Closes what no other generation uses, once everything that was logged before is written. Returns at once, so that a
    /// worker may call it.
    public void retire() {
        if (!logs.submit(new End(this))) {
            close();
        }
    }

    /// Closes what no other generation uses.
    @Override
    public void close() {
        logs.locked(() -> {
            logs.drain();
            release();
        });
    }

    private void release() {
        destinations.keySet().forEach(logs::release);
        destinations.clear();
    }

    /// The last entry of a generation. Immutable.
    record End(LogSet set) implements LogEntry {

        @Override
        public void write() {
            set.release();
        }
    }

    private AccessLog.Sink sink(AccessLogConfig config, VariableTable variables, @Nullable Template root) {
        if (config.target() instanceof LogTarget.File file && !file.path().isLiteral()) {
            return new AccessLog.Sink.Computed(variables.compile(file.path()), root);
        }
        Destination destination = destination(config.target(), config.position());
        Buffering buffering = Buffering.of(config);
        if (buffering.bytes() > 0 && destination instanceof FileDestination file) {
            buffered.putIfAbsent(file, buffering);
        }
        int severity =
                config.target() instanceof LogTarget.Syslog syslog ? SyslogDestination.severity(syslog.severity()) : 0;
        return new AccessLog.Sink.Fixed(destination, severity);
    }

    private Destination destination(LogTarget target, Position position) {
        logs.lock().lock();
        try {
            Destination destination = logs.acquire(target);
            if (destinations.putIfAbsent(destination, position) != null) {
                logs.release(destination);
            }
            return destination;
        } finally {
            logs.lock().unlock();
        }
    }
}
