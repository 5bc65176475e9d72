package io.sluice.config.binding;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.sluice.config.model.MapConfig;
import io.sluice.config.model.TemplateConfig;
import io.sluice.config.syntax.DirectiveNode;

/// Reads a `map {}`: its lines are no directives but keys with values, and three words that are neither. Used during
/// start-up only.
final class MapText {

    /// The words with a meaning of their own, by number of arguments and name.
    private static final Map<String, Line> WORDS = Map.of(
            "0 hostnames", (map, _) -> map.hostnames = true,
            "0 volatile", (map, _) -> map.isVolatile = true,
            "1 default", MapText::defaultValue);

    private final Directive directive;

    private final List<MapConfig.Entry> entries = new ArrayList<>();

    private final Set<String> keys = new HashSet<>();

    private boolean hostnames;

    private boolean isVolatile;

    private Optional<TemplateConfig> defaultValue = Optional.empty();

    private MapText(Directive directive) {
        this.directive = directive;
    }

    /// What a line of the block does.
    private interface Line {
        void read(MapText map, DirectiveNode line);
    }

    static void bind(Directive directive) {
        Optional<TemplateConfig> source = directive.template(directive.argument(0));
        Optional<String> variable = directive.run().variables().defineComputed(directive, directive.argument(1));
        MapText map = new MapText(directive);
        directive.children().forEach(map::line);
        if (source.isEmpty() || variable.isEmpty()) {
            return;
        }
        directive.scope().add(StreamDirectives.MAPS, new MapConfig(
                directive.position(), source.get(), variable.get(), map.hostnames, map.isVolatile, map.entries,
                map.defaultValue.orElseGet(() -> TemplateConfig.literal(directive.position(), ""))));
    }

    private void line(DirectiveNode line) {
        if (line.block().isPresent()) {
            directive.run().error("unexpected-block", line.block().get().open(), "unexpected \"{\"");
            return;
        }
        Line word = WORDS.get(line.arguments().size() + " " + line.name().text());
        if (word != null) {
            word.read(this, line);
        } else if (line.arguments().size() != 1) {
            directive.error("wrong-number-of-arguments", Fragment.of(line.name()),
                    "invalid number of the map parameters");
        } else {
            entry(line);
        }
    }

    private static void defaultValue(MapText map, DirectiveNode line) {
        Optional<TemplateConfig> value = map.value(line);
        if (map.defaultValue.isPresent()) {
            map.directive.error("duplicate-default", Fragment.of(line.name()), "duplicate default map parameter");
        } else {
            map.defaultValue = value;
        }
    }

    private Optional<TemplateConfig> value(DirectiveNode line) {
        return directive.template(Fragment.of(line.arguments().getFirst()));
    }

    private void entry(DirectiveNode line) {
        Fragment name = Fragment.of(line.name());
        Optional<TemplateConfig> value = value(line);
        Optional<MapConfig.Key> key = name.text().startsWith("~") ? regex(name) : text(name);
        if (value.isPresent() && key.isPresent()) {
            entries.add(new MapConfig.Entry(line.position(), key.get(), value.get()));
        }
    }

    private Optional<MapConfig.Key> regex(Fragment name) {
        boolean ignoreCase = name.text().startsWith("~*");
        return PatternText.read(directive, name.from(ignoreCase ? 2 : 1), ignoreCase)
                .map(pattern -> new MapConfig.Key.Regex(pattern, ignoreCase));
    }

    private Optional<MapConfig.Key> text(Fragment name) {
        String text = name.text().startsWith("\\") ? name.text().substring(1) : name.text();
        String lower = text.toLowerCase(Locale.ROOT);
        Optional<MapConfig.Key> key = hostnames ? hostname(lower) : Optional.of(new MapConfig.Key.Exact(text));
        if (key.isEmpty()) {
            directive.error("invalid-hostname", name, "invalid hostname or wildcard \"" + text + "\"");
        } else if (!addAll(key.get(), lower)) {
            directive.error("conflicting-parameter", name, "conflicting parameter \"" + text + "\"");
            return Optional.empty();
        }
        return key;
    }

    /// `.example.com` stands for the name itself and for `*.example.com`.
    private boolean addAll(MapConfig.Key key, String lower) {
        if (key instanceof MapConfig.Key.Suffix suffix && suffix.matchesBare()) {
            return keys.add(suffix.text()) && keys.add("*" + lower);
        }
        return keys.add(lower);
    }

    private static Optional<MapConfig.Key> hostname(String text) {
        int star = text.indexOf('*');
        boolean stars = star >= 0;
        if (text.contains("..") || (stars && text.indexOf('*', star + 1) >= 0)) {
            return Optional.empty();
        }
        if (text.startsWith("*.") && text.length() > 2) {
            return Optional.of(new MapConfig.Key.Suffix(text.substring(2), false));
        }
        if (text.endsWith(".*") && text.length() > 2) {
            return Optional.of(new MapConfig.Key.Prefix(text.substring(0, text.length() - 2)));
        }
        if (stars) {
            return Optional.empty();
        }
        return text.startsWith(".") && text.length() > 1
                ? Optional.of(new MapConfig.Key.Suffix(text.substring(1), true))
                : Optional.of(new MapConfig.Key.Exact(text));
    }
}
