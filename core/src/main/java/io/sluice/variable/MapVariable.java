package io.sluice.variable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.MapConfig;

/// One `map`, compiled. Immutable.
///
/// In nginx's order of precedence: the string itself, the longest `*.example.com`, the longest `mail.*`, the first
/// regular expression that matches, the default. Strings are compared without regard to case. An empty text is compared
/// with strings only.
final class MapVariable implements ComputedVariable {

    private final Template source;

    private final boolean hostnames;

    private final boolean isVolatile;

    private final Map<String, Template> exact = new HashMap<>();

    private final Map<String, Suffix> suffixes = new HashMap<>();

    private final Map<String, Template> prefixes = new HashMap<>();

    private final List<Expression> expressions = new ArrayList<>();

    private final Template defaultValue;

    MapVariable(MapConfig config, VariableTable table) {
        this.source = table.compile(config.source());
        this.hostnames = config.hostnames();
        this.isVolatile = config.isVolatile();
        this.defaultValue = table.compile(config.defaultValue());
        for (MapConfig.Entry entry : config.entries()) {
            Template value = table.compile(entry.value());
            switch (entry.key()) {
                case MapConfig.Key.Exact(String text) -> exact.put(normalized(text), value);
                case MapConfig.Key.Prefix(String text) -> prefixes.put(normalized(text), value);
                case MapConfig.Key.Suffix suffix -> addSuffix(suffix, value);
                case MapConfig.Key.Regex(String pattern, boolean ignoreCase) -> expressions.add(
                        new Expression(table.expression(pattern, ignoreCase, entry.position()), value));
            }
        }
    }

    @Override
    public boolean isVolatile() {
        return isVolatile;
    }

    @Override
    public String evaluate(VariableSource session) {
        return choose(source.evaluate(session), session).evaluate(session);
    }

    private Template choose(String text, VariableSource session) {
        String key = ByteText.toLowerCase(text);
        if (hostnames && key.endsWith(".")) {
            key = key.substring(0, key.length() - 1);
        }
        Template value = exact.get(key);
        if (value == null && hostnames) {
            value = byMask(key);
        }
        if (value == null && !text.isEmpty()) {
            value = byExpression(text, session);
        }
        return value == null ? defaultValue : value;
    }

    private @Nullable Template byMask(String name) {
        Template value = suffixes.isEmpty() ? null : bySuffix(name);
        return value != null || prefixes.isEmpty() ? value : byPrefix(name);
    }

    private @Nullable Template bySuffix(String name) {
        Suffix whole = suffixes.get(name);
        if (whole != null && whole.bare != null) {
            return whole.bare;
        }
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            Suffix suffix = suffixes.get(name.substring(dot + 1));
            if (suffix != null && suffix.below != null) {
                return suffix.below;
            }
        }
        return null;
    }

    private @Nullable Template byPrefix(String name) {
        for (int dot = name.lastIndexOf('.'); dot >= 0; dot = name.lastIndexOf('.', dot - 1)) {
            Template value = prefixes.get(name.substring(0, dot));
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private @Nullable Template byExpression(String text, VariableSource session) {
        for (int i = 0; i < expressions.size(); i++) {
            Expression expression = expressions.get(i);
            if (expression.pattern.matches(text, session)) {
                return expression.value;
            }
        }
        return null;
    }

    private void addSuffix(MapConfig.Key.Suffix key, Template value) {
        suffixes.merge(
                normalized(key.text()),
                new Suffix(key.matchesBare() ? value : null, value),
                (old, added) -> new Suffix(added.bare == null ? old.bare : added.bare, added.below));
    }

    private static String normalized(String text) {
        return ByteText.toLowerCase(ByteText.of(text));
    }

    /// What `.example.com` gives for the name itself, and for names below it.
    private record Suffix(@Nullable Template bare, @Nullable Template below) {}

    /// A regular expression and what it gives.
    private record Expression(CapturingExpression pattern, Template value) {}
}
