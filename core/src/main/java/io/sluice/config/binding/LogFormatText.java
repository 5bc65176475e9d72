package io.sluice.config.binding;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.sluice.config.model.LogFormatConfig;
import io.sluice.config.model.LogFormatConfig.Escape;
import io.sluice.config.model.Position;
import io.sluice.config.model.TemplateConfig;
import io.sluice.config.syntax.NameSuggestions;

/// Reads `log_format`. Used during start-up only.
final class LogFormatText {

    /// The format that http has without defining it.
    static final String COMBINED = "combined";

    private static final String COMBINED_TEXT = "$remote_addr - $remote_user [$time_local] \"$request\" $status"
            + " $body_bytes_sent \"$http_referer\" \"$http_user_agent\"";

    private static final String ESCAPE = "escape=";

    private static final Map<String, Escape> ESCAPES = Stream.of(Escape.values())
            .collect(Collectors.toMap(e -> e.name().toLowerCase(Locale.ROOT), Function.identity()));

    private LogFormatText() {}

    /// The predefined format of http.
    static LogFormatConfig combined() {
        List<TemplateConfig.Part> parts = new ArrayList<>();
        Matcher matcher = Pattern.compile("\\$(\\w+)|[^$]+").matcher(COMBINED_TEXT);
        while (matcher.find()) {
            String name = matcher.group(1);
            parts.add(name == null
                    ? new TemplateConfig.Literal(matcher.group())
                    : new TemplateConfig.Named(name, Position.NONE));
        }
        return new LogFormatConfig(
                Position.NONE, COMBINED, Escape.DEFAULT, new TemplateConfig(Position.NONE, parts));
    }

    static void bind(Directive directive) {
        Fragment name = directive.argument(0);
        if (!directive.run().logFormats().define(name.text(), name)) {
            directive.error("duplicate-log-format", name, "duplicate \"log_format\" name \"" + name.text() + "\"");
            return;
        }
        Fragment first = directive.argument(1);
        boolean escaped = first.text().startsWith(ESCAPE);
        Optional<Escape> escape = Optional.of(Escape.DEFAULT);
        if (escaped) {
            Fragment word = first.from(ESCAPE.length());
            escape = Optional.ofNullable(ESCAPES.get(word.text()));
            if (escape.isEmpty()) {
                directive.error("invalid-parameter", word, "unknown log format escaping \"" + word.text() + "\"",
                        NameSuggestions.hint(word.text(), ESCAPES.keySet()));
            }
        }
        List<Fragment> texts = directive.argumentsFrom(escaped ? 2 : 1);
        Optional<TemplateConfig> text = texts.isEmpty()
                ? Optional.of(TemplateConfig.literal(directive.position(), ""))
                : TemplateParser.LOG_FORMAT.parse(directive, texts);
        if (escape.isPresent() && text.isPresent()) {
            directive.scope().add(LogDirectives.LOG_FORMATS,
                    new LogFormatConfig(directive.position(), name.text(), escape.get(), text.get()));
        }
    }
}
