package io.sluice.config.binding;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import io.sluice.config.model.AccessLogConfig;
import io.sluice.config.model.ByteSize;
import io.sluice.config.model.LogTarget;
import io.sluice.config.model.TemplateConfig;

/// Reads `access_log`. Used during start-up only.
///
/// @param path the first argument, to point at
record AccessLogText(Directive directive, Fragment path, AccessLogConfig config) {

    private static final ByteSize GZIP_BUFFER = new ByteSize(64 * 1024);

    private static final int FASTEST_COMPRESSION = 1;

    private static final int BEST_COMPRESSION = 9;

    private static final ParameterTable<Options> PARAMETERS = ParameterTable.of(List.of(
            ParameterTable.Row.of("buffer=", (options, p) -> ByteSize.parse(p.text()).filter(s -> s.bytes() > 0)
                    .ifPresentOrElse(size -> options.buffer = size,
                            () -> p.invalid("invalid buffer size \"" + p.text() + "\""))),
            ParameterTable.Row.of("flush=", (options, p) -> TimeValue.MILLISECONDS.parse(p.text())
                    .filter(time -> !time.isZero())
                    .ifPresentOrElse(time -> options.flush = Optional.of(time),
                            () -> p.invalid("invalid flush time \"" + p.text() + "\""))),
            ParameterTable.Row.of("gzip", (options, _) -> options.gzip(FASTEST_COMPRESSION)),
            ParameterTable.Row.of("gzip=", (options, p) -> ValueType.number(p.text())
                    .filter(level -> level >= FASTEST_COMPRESSION && level <= BEST_COMPRESSION)
                    .ifPresentOrElse(options::gzip,
                            () -> p.invalid("invalid compression level \"" + p.text() + "\""))),
            ParameterTable.Row.of("if=", (options, p) -> options.condition = p.text().isEmpty()
                    ? Optional.of(TemplateConfig.literal(p.whole().position(), ""))
                    : p.directive().template(p.value()))));

    /// What the parameters say.
    private static final class Options {

        private ByteSize buffer = ByteSize.ZERO;

        private Optional<Duration> flush = Optional.empty();

        private OptionalInt gzipLevel = OptionalInt.empty();

        private Optional<TemplateConfig> condition = Optional.empty();

        private void gzip(int level) {
            gzipLevel = OptionalInt.of(level);
            if (buffer.equals(ByteSize.ZERO)) {
                buffer = GZIP_BUFFER;
            }
        }
    }

    static void bind(Directive directive) {
        Fragment path = directive.argument(0);
        if ("off".equals(path.text())) {
            directive.argumentsFrom(1).stream().findFirst().ifPresent(directive::invalidParameter);
            directive.scope().put(LogDirectives.ACCESS_LOG_OFF, true);
            directive.scope().replace(LogDirectives.ACCESS_LOGS);
            return;
        }
        Optional<LogTarget> target = target(directive, path);
        boolean http = directive.scope().context().isHttp();
        if (directive.count() < 2 && !http) {
            directive.error("missing-log-format", path, "log format is not specified", Optional.of(
                    "a stream access log names a format, there is no predefined one: access_log " + path.text()
                            + " FORMAT;"));
            return;
        }
        String format = directive.count() < 2 ? LogFormatText.COMBINED : format(directive, directive.argument(1));
        Options options = new Options();
        PARAMETERS.apply(options, directive, directive.argumentsFrom(2));
        if (target.isPresent() && consistent(directive, path, target.get(), options)) {
            directive.scope().add(LogDirectives.ACCESS_LOGS, new AccessLogText(directive, path, new AccessLogConfig(
                    directive.position(), target.get(), format, options.buffer, options.flush,
                    options.gzipLevel, options.condition)));
        }
    }

    private static String format(Directive directive, Fragment format) {
        if (directive.run().silent()) {
            directive.run().logFormats().mention(format.text());
        } else {
            directive.run().logFormats().use(format.text(), format);
        }
        return format.text();
    }

    private static Optional<LogTarget> target(Directive directive, Fragment path) {
        if (path.text().startsWith(SyslogText.PREFIX)) {
            return SyslogText.read(directive, path);
        }
        return directive.pathTemplate(path).map(LogTarget.File::new);
    }

    private static boolean consistent(Directive directive, Fragment path, LogTarget target, Options options) {
        boolean buffered = options.buffer.bytes() > 0;
        String complaint = "";
        if (options.flush.isPresent() && !buffered) {
            complaint = "no buffer is defined for access_log \"" + path.text() + "\"";
        } else if (buffered && target instanceof LogTarget.File file && !file.path().isLiteral()) {
            complaint = "buffered logs cannot have variables in name";
        } else if (buffered && target instanceof LogTarget.Syslog) {
            complaint = "logs to syslog cannot be buffered";
        }
        if (!complaint.isEmpty()) {
            directive.error("conflicting-parameters", path, complaint);
        }
        return complaint.isEmpty();
    }

    /// Whether two logs write to the same file in different ways.
    boolean conflictsWith(AccessLogText other) {
        boolean same = config.target() instanceof LogTarget.File mine
                && other.config.target() instanceof LogTarget.File theirs
                && mine.path().parts().equals(theirs.path().parts());
        boolean buffered = config.buffer().bytes() > 0 && other.config.buffer().bytes() > 0;
        return same && buffered && !(config.buffer().equals(other.config.buffer())
                && config.flush().equals(other.config.flush())
                && config.gzipLevel().equals(other.config.gzipLevel()));
    }
}
