package io.sluice.variable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.sluice.config.model.MapConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.StreamConfig;
import io.sluice.config.model.StreamServerConfig;
import io.sluice.config.model.StreamServerConfig.SetConfig;
import io.sluice.config.model.TemplateConfig;

/// Model records as the binder would make them, for tests. Immutable.
public final class Configs {

    private static final Pattern VARIABLE = Pattern.compile("\\$(?:([1-9])|\\{(\\w+)}|(\\w+))");

    private Configs() {}

    /// The template that `text` means in a configuration.
    public static TemplateConfig template(String text) {
        List<TemplateConfig.Part> parts = new ArrayList<>();
        Matcher matcher = VARIABLE.matcher(text);
        int end = 0;
        while (matcher.find()) {
            if (matcher.start() > end) {
                parts.add(new TemplateConfig.Literal(text.substring(end, matcher.start())));
            }
            String name = matcher.group().replaceAll("[${}]", "");
            parts.add(new TemplateConfig.Named(name, new Position("test.conf", 1, 1 + matcher.start())));
            end = matcher.end();
        }
        if (end < text.length()) {
            parts.add(new TemplateConfig.Literal(text.substring(end)));
        }
        return new TemplateConfig(new Position("test.conf", 1, 1), parts);
    }

    /// A `map`; entries are added by the methods of the result.
    public static MapBuilder map(String source, String variable) {
        return new MapBuilder(source, variable);
    }

    /// A `stream` block of maps alone.
    public static StreamConfig stream(MapConfig... maps) {
        return new StreamConfig(List.of(), Map.of(), List.of(maps), List.of(), List.of(), List.of(), Map.of());
    }

    /// A `stream` block of maps and of one server with `set` directives.
    public static StreamConfig stream(List<MapConfig> maps, List<SetConfig> sets) {
        StreamServerConfig server = new StreamServerConfig(
                Position.NONE, List.of(), List.of(), new StreamServerConfig.HandlerConfig.None(),
                StreamServerConfig.ProxyHeaderOptions.DEFAULT, StreamServerConfig.ProxyOptions.DEFAULT, Optional.empty(), Optional.empty(), List.of(), StreamServerConfig.ConnectionLimits.NONE, sets,
                List.of(), List.of(), true);
        return new StreamConfig(List.of(server), Map.of(), maps, List.of(), List.of(), List.of(), Map.of());
    }

    /// One `set`.
    public static SetConfig set(String variable, String value) {
        return new SetConfig(Position.NONE, variable, template(value));
    }

    /// Collects the lines of a `map`. Used during start-up only.
    public static final class MapBuilder {

        private final String source;

        private final String variable;

        private final List<MapConfig.Entry> entries = new ArrayList<>();

        private boolean hostnames;

        private boolean isVolatile;

        private String defaultValue = "";

        private MapBuilder(String source, String variable) {
            this.source = source;
            this.variable = variable;
        }

        public MapBuilder exact(String text, String value) {
            return entry(new MapConfig.Key.Exact(text), value);
        }

        public MapBuilder suffix(String text, String value) {
            return entry(new MapConfig.Key.Suffix(text, false), value);
        }

        public MapBuilder suffixOrBare(String text, String value) {
            return entry(new MapConfig.Key.Suffix(text, true), value);
        }

        public MapBuilder prefix(String text, String value) {
            return entry(new MapConfig.Key.Prefix(text), value);
        }

        public MapBuilder regex(String pattern, String value) {
            return entry(new MapConfig.Key.Regex(pattern, false), value);
        }

        public MapBuilder otherwise(String value) {
            defaultValue = value;
            return this;
        }

        public MapBuilder hostnames() {
            hostnames = true;
            return this;
        }

        public MapBuilder volatileMap() {
            isVolatile = true;
            return this;
        }

        public MapConfig build() {
            return new MapConfig(
                    new Position("test.conf", 1, 1), template(source), variable, hostnames, isVolatile, entries,
                    template(defaultValue));
        }

        private MapBuilder entry(MapConfig.Key key, String value) {
            Position position = new Position("test.conf", 2 + entries.size(), 5);
            entries.add(new MapConfig.Entry(position, key, template(value)));
            return this;
        }
    }
}
