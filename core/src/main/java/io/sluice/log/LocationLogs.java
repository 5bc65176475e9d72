package io.sluice.log;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.sluice.config.model.AccessLogConfig;
import io.sluice.config.model.ErrorLogConfig;
import io.sluice.config.model.HttpConfig;
import io.sluice.config.model.LogFormatConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.TemplateConfig;
import io.sluice.session.ErrorSink;
import io.sluice.session.HttpVariable;
import io.sluice.variable.Template;
import io.sluice.variable.VariableTable;

/// The logs of the locations of an `http` block, whose formats are its own. Used during start-up only; the logs it gives are
/// thread-safe.
///
/// Locations that log the same way share their logs: most of them inherit everything.
///
///     LocationLogs logs = set.locationLogs(config.http(), variables);
///     AccessLogs access = logs.accessLogs(location.options().accessLogs());
///     ErrorSink errors = logs.errors(location.options().errorLogs());
public final class LocationLogs {

    /// nginx's predefined format.
    static final LogFormatConfig COMBINED = new LogFormatConfig(
            Position.NONE, "combined", LogFormatConfig.Escape.DEFAULT,
            new TemplateConfig(Position.NONE, List.of(
                    named(HttpVariable.REMOTE_ADDR.variableName()), new TemplateConfig.Literal(" - "),
                    named(HttpVariable.REMOTE_USER.variableName()), new TemplateConfig.Literal(" ["),
                    named(HttpVariable.TIME_LOCAL.variableName()), new TemplateConfig.Literal("] \""),
                    named(HttpVariable.REQUEST.variableName()), new TemplateConfig.Literal("\" "),
                    named(HttpVariable.STATUS.variableName()), new TemplateConfig.Literal(" "),
                    named(HttpVariable.BODY_BYTES_SENT.variableName()), new TemplateConfig.Literal(" \""),
                    named("http_referer"), new TemplateConfig.Literal("\" \""),
                    named("http_user_agent"), new TemplateConfig.Literal("\""))));

    private static final TemplateConfig DOCUMENT_ROOT =
            new TemplateConfig(Position.NONE, List.of(named(HttpVariable.DOCUMENT_ROOT.variableName())));

    private final LogSet set;

    private final Map<String, LogFormatConfig> formats;

    private final VariableTable variables;

    private final Template documentRoot;

    private final Map<List<AccessLogConfig>, AccessLogs> accessLogs = new HashMap<>();

    private final Map<List<ErrorLogConfig>, ErrorSink> errorLogs = new HashMap<>();

    LocationLogs(LogSet set, HttpConfig http, VariableTable variables) {
        this.set = set;
        this.formats = new HashMap<>(http.logFormats());
        this.formats.putIfAbsent(COMBINED.name(), COMBINED);
        this.variables = variables;
        this.documentRoot = variables.compile(DOCUMENT_ROOT);
    }

    /// The access logs of a location.
    ///
    /// Where a file's name has variables, nothing is written for requests whose `$document_root` is no directory, as in nginx:
    /// a name made of what strangers sent would otherwise create files without end.
    public AccessLogs accessLogs(List<AccessLogConfig> configs) {
        return accessLogs.computeIfAbsent(configs, key -> set.accessLogs(key, formats, variables, documentRoot));
    }

    /// The error log of a location; the process's when it has none of its own.
    public ErrorSink errors(List<ErrorLogConfig> configs) {
        return errorLogs.computeIfAbsent(configs, set::errorLog);
    }

    private static TemplateConfig.Named named(String variable) {
        return new TemplateConfig.Named(variable, Position.NONE);
    }
}
