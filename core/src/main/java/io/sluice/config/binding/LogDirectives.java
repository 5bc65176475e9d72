package io.sluice.config.binding;

import java.util.List;

import io.sluice.config.model.ErrorLogConfig;
import io.sluice.config.model.LogFormatConfig;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.DirectiveSpec.row;

/// The directives about logs. Immutable.
final class LogDirectives {

    static final Listing<ErrorLogConfig> ERROR_LOGS = new Listing<>();

    static final Listing<AccessLogText> ACCESS_LOGS = new Listing<>();

    /// `access_log off`: whatever else the block says.
    static final Setting<Boolean> ACCESS_LOG_OFF = Setting.optional(ValueType.FLAG);

    static final Listing<LogFormatConfig> LOG_FORMATS = new Listing<>();

    static final List<DirectiveSpec> ROWS = List.of(
            row("error_log").in(MAIN, STREAM, STREAM_SERVER, HTTP, HTTP_SERVER, HTTP_LOCATION).takes(ONE_OR_MORE, "file | stderr | syslog:... [level]")
                    .defaultsTo("stderr error").repeatable().by(ErrorLogText::bind)
                    .means("Where errors of a level and above are logged; several are allowed."),
            row("log_format").in(STREAM).since("1.11.4")
                    .takes(TWO_OR_MORE, "name [escape=default|json|none] string ...").repeatable()
                    .by(LogFormatText::bind)
                    .means("Names what a line of an access log holds."),
            row("access_log").in(STREAM, STREAM_SERVER).since("1.11.4")
                    .takes(ONE_OR_MORE, "path format [buffer=size] [gzip[=level]] [flush=time] [if=condition] | off")
                    .defaultsTo("off").repeatable().by(AccessLogText::bind)
                    .means("A log with a line for each session, written when it ends."),
            row("log_format").in(HTTP).takes(TWO_OR_MORE, "name [escape=default|json|none] string ...")
                    .defaultsTo("combined \"...\"").repeatable().by(LogFormatText::bind)
                    .means("Names what a line of an access log holds; `combined` is there without it."),
            row("access_log").in(HTTP, HTTP_SERVER, HTTP_LOCATION, HTTP_LOCATION_IF)
                    .takes(ONE_OR_MORE, "path [format [buffer=size] [gzip[=level]] [flush=time] [if=condition]] | off")
                    .defaultsTo("logs/access.log combined").repeatable().by(AccessLogText::bind)
                    .means("A log with a line for each request, written when it ends."),
            row("access_log").in(HTTP_LIMIT_EXCEPT).takes(ONE_OR_MORE, "path [format ...] | off").repeatable()
                    .notYet("A log for the other methods only."),
            row("open_log_file_cache").in(HTTP, HTTP_SERVER, HTTP_LOCATION)
                    .takes(ONE_TO_FOUR, "max=N [inactive=time] [min_uses=N] [valid=time] | off").defaultsTo("off")
                    .inert("Descriptors of logs whose names contain variables.", "The writer keeps its files by itself."),
            row("log_subrequest").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(Setting.of(ValueType.FLAG, "off"))
                    .inert("Whether subrequests are logged.", "There are no subrequests."),
            row("open_log_file_cache").in(STREAM, STREAM_SERVER).since("1.11.4")
                    .takes(ONE_TO_FOUR, "max=N [inactive=time] [min_uses=N] [valid=time] | off").defaultsTo("off")
                    .inert("Descriptors of logs whose names contain variables.", "The writer keeps its files by itself."));

    private LogDirectives() {}
}
