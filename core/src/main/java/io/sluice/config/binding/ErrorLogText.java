package io.sluice.config.binding;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.sluice.config.model.ErrorLogConfig;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.LogTarget;
import io.sluice.config.model.TemplateConfig;
import io.sluice.config.syntax.NameSuggestions;

/// Reads `error_log`. Used during start-up only.
final class ErrorLogText {

    private static final Map<String, LogLevel> LEVELS =
            Arrays.stream(LogLevel.values()).collect(Collectors.toMap(LogLevel::label, Function.identity()));

    /// nginx's finer sorts of debug lines, all of which are debug lines here.
    private static final List<String> DEBUG_LEVELS = List.of(
            "debug_core", "debug_alloc", "debug_mutex", "debug_event", "debug_http", "debug_mail", "debug_stream");

    private ErrorLogText() {}

    static void bind(Directive directive) {
        Optional<LogLevel> level = level(directive);
        Optional<LogTarget> target = target(directive, directive.argument(0));
        if (level.isPresent() && target.isPresent()) {
            directive.scope().add(LogDirectives.ERROR_LOGS,
                    new ErrorLogConfig(directive.position(), target.get(), level.get()));
        }
    }

    private static Optional<LogTarget> target(Directive directive, Fragment where) {
        String text = where.text();
        if ("stderr".equals(text)) {
            return Optional.of(new LogTarget.StandardError());
        }
        if (text.startsWith(SyslogText.PREFIX)) {
            return SyslogText.read(directive, where);
        }
        if (text.startsWith("memory:")) {
            directive.error("not-supported", where, "logs in memory are known but not supported by Sluice yet");
            return Optional.empty();
        }
        if ("off".equals(text)) {
            directive.run().warning("log-file-called-off", where, "this writes to a file called \"off\"",
                    Optional.of("to log nothing, write: error_log /dev/null;"));
        }
        return directive.path(where)
                .map(path -> new LogTarget.File(TemplateConfig.literal(where.position(), path.toString())));
    }

    private static Optional<LogLevel> level(Directive directive) {
        Optional<LogLevel> level = Optional.empty();
        for (Fragment argument : directive.argumentsFrom(1)) {
            String word = argument.text().toLowerCase(Locale.ROOT);
            Optional<LogLevel> found = DEBUG_LEVELS.contains(word)
                    ? Optional.of(LogLevel.DEBUG)
                    : Optional.ofNullable(LEVELS.get(argument.text()));
            if (found.isEmpty()) {
                directive.error("invalid-log-level", argument, "invalid log level \"" + argument.text() + "\"",
                        NameSuggestions.hint(word, LEVELS.keySet()));
                return Optional.empty();
            }
            if (level.isPresent() && !DEBUG_LEVELS.contains(word)) {
                directive.error("duplicate-log-level", argument, "duplicate log level \"" + argument.text() + "\"");
                return Optional.empty();
            }
            level = found;
        }
        return level.or(() -> Optional.of(LogLevel.ERROR));
    }
}
