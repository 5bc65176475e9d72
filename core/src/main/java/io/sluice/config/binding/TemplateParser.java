package io.sluice.config.binding;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.sluice.config.model.TemplateConfig;

/// Splits text into literal parts and variables: `$name` and `${name}`. Immutable.
///
/// nginx has two readers that differ: in a `log_format` a digit is part of a name and complaints quote the text; anywhere
/// else `$1` to `$9` are the captures of the last regular expression, one digit each.
enum TemplateParser {
    VALUE,
    LOG_FORMAT;

    /// The fragments as one text; absent, and reported, when one of them is malformed.
    Optional<TemplateConfig> parse(Directive directive, List<Fragment> fragments) {
        List<TemplateConfig.Part> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        for (Fragment fragment : fragments) {
            if (!split(directive, fragment, literal, parts)) {
                return Optional.empty();
            }
        }
        flush(literal, parts);
        return Optional.of(new TemplateConfig(fragments.getFirst().position(), parts));
    }

    private boolean split(
            Directive directive, Fragment fragment, StringBuilder literal, List<TemplateConfig.Part> parts) {
        String text = fragment.text();
        int at = 0;
        while (at < text.length()) {
            int dollar = text.indexOf('$', at);
            if (dollar < 0) {
                literal.append(text, at, text.length());
                return true;
            }
            literal.append(text, at, dollar);
            Optional<Fragment> reference = reference(directive, fragment, dollar);
            if (reference.isEmpty()) {
                return false;
            }
            Fragment name = reference.get();
            flush(literal, parts);
            use(directive, name);
            parts.add(new TemplateConfig.Named(name.text().toLowerCase(Locale.ROOT), fragment.from(dollar).position()));
            at = name.end() - fragment.begin();
            if (text.charAt(dollar + 1) == '{') {
                at++;
            }
        }
        return true;
    }

    /// What is going to be skipped counts as using what it names, but is not asked whether that exists.
    private static void use(Directive directive, Fragment name) {
        if (directive.run().silent()) {
            directive.run().variables().mention(name);
        } else {
            directive.run().variables().use(name);
        }
    }

    private Optional<Fragment> reference(Directive directive, Fragment fragment, int dollar) {
        String text = fragment.text();
        boolean bracket = text.startsWith("{", dollar + 1);
        int start = dollar + (bracket ? 2 : 1);
        int end = start;
        if (this == VALUE && !bracket && start < text.length() && isCapture(text.charAt(start))) {
            return Optional.of(fragment.part(start, start + 1));
        }
        while (end < text.length() && isNameCharacter(text.charAt(end))) {
            end++;
        }
        boolean closed = !bracket || text.startsWith("}", end);
        if (start < text.length() && !closed) {
            directive.error("unclosed-variable", fragment.part(dollar, end),
                    "the closing bracket in \"" + text.substring(start, end) + "\" variable is missing");
            return Optional.empty();
        }
        if (start == end) {
            String message = this == LOG_FORMAT
                    ? "invalid parameter \"" + text.substring(dollar) + "\""
                    : "invalid variable name";
            directive.error("invalid-variable-name", fragment.part(dollar, Math.min(start + 1, text.length())), message);
            return Optional.empty();
        }
        return Optional.of(fragment.part(start, end));
    }

    private static void flush(StringBuilder literal, List<TemplateConfig.Part> parts) {
        if (!literal.isEmpty()) {
            parts.add(new TemplateConfig.Literal(literal.toString()));
            literal.setLength(0);
        }
    }

    private static boolean isCapture(char c) {
        return c >= '1' && c <= '9';
    }

    private static boolean isNameCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }
}
