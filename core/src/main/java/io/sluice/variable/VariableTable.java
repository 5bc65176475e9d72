package io.sluice.variable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.HttpConfig;
import io.sluice.config.model.HttpServerConfig;
import io.sluice.config.model.LocationConfig;
import io.sluice.config.model.MapConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.RewriteStep;
import io.sluice.config.model.StreamConfig;
import io.sluice.config.model.StreamServerConfig;
import io.sluice.config.model.StreamServerConfig.SetConfig;
import io.sluice.config.model.TemplateConfig;
import io.sluice.session.HttpVariable;
import io.sluice.session.StreamVariable;

/// The variables of one generation: names are resolved to slots here, once, and never looked up again. Immutable.
///
///     VariableTable table = VariableTable.of(config);          // building a generation
///     Template target = table.compile(proxyPass.target());
///     String text = target.evaluate(session);                  // on the worker
public final class VariableTable {

    static final int NO_SLOT = -1;

    private static final int MAX_CAPTURES = 9;

    // Names that map, set and named groups define, in lower case.
    private final Map<String, Integer> slotByName = new HashMap<>();

    // By slot; null: set or a named group.
    private final @Nullable MapVariable[] maps;

    private VariableTable(StreamConfig config) {
        Map<String, MapConfig> mapByName = new LinkedHashMap<>();
        for (MapConfig map : config.maps()) {
            mapByName.put(lower(map.variable()), map);
            define(map.variable());
            map.entries().forEach(this::defineGroups);
        }
        Map<String, MapConfig> unassigned = new LinkedHashMap<>(mapByName);
        for (StreamServerConfig server : config.servers()) {
            for (SetConfig set : server.sets()) {
                define(set.variable());
                unassigned.remove(lower(set.variable()));
            }
        }
        rejectCycles(unassigned);
        this.maps = new @Nullable MapVariable[slotByName.size()];
        mapByName.forEach((name, map) -> maps[slot(name, map.position())] = new MapVariable(map, this));
    }

    /// Compiles the maps of a configuration and reserves slots for what `set` and named groups define.
    ///
    /// @throws InvalidVariableException when maps look each other up in a circle, or an expression does not compile
    public static VariableTable of(StreamConfig config) {
        return new VariableTable(config);
    }

    // Stand-in until the variables of http are there.
    private VariableTable(HttpConfig config) {
        for (HttpServerConfig server : config.servers()) {
            for (HttpServerConfig.ServerName name : server.names()) {
                if (name instanceof HttpServerConfig.ServerName.Regex(Position _, String pattern)) {
                    defineGroups(pattern);
                }
            }
            defineIn(server.root());
        }
        this.maps = new @Nullable MapVariable[slotByName.size()];
    }

    /// Reserves slots for what `set` and named groups define.
    public static VariableTable of(HttpConfig config) {
        return new VariableTable(config);
    }

    private void defineIn(LocationConfig location) {
        if (location.match() instanceof LocationConfig.Match.Regex(String pattern, boolean _)) {
            defineGroups(pattern);
        }
        location.script().forEach(this::defineIn);
        location.nested().forEach(this::defineIn);
    }

    private void defineIn(RewriteStep step) {
        switch (step) {
            case RewriteStep.Set set -> {
                if (HttpVariable.byName(set.variable()).isEmpty()) {
                    define(set.variable());
                }
            }
            case RewriteStep.Rewrite rewrite -> defineGroups(rewrite.pattern());
            case RewriteStep.If condition -> {
                if (condition.condition() instanceof RewriteStep.Condition.Matches matches) {
                    defineGroups(matches.pattern());
                }
                defineIn(condition.body());
            }
            case RewriteStep.Break _, RewriteStep.Return _ -> { }
        }
    }

    private void defineGroups(String pattern) {
        try {
            RegularExpression.compile(pattern, false).names().keySet().forEach(this::define);
        } catch (InvalidExpressionException _) {
            // Reported when it is compiled.
        }
    }

    /// Compiles a regular expression.
    ///
    /// @throws InvalidVariableException when it does not compile
    public CapturingExpression expression(String pattern, boolean ignoreCase, Position position) {
        try {
            RegularExpression compiled = RegularExpression.compile(pattern, ignoreCase);
            return new CapturingExpression(compiled, groupSlots(compiled));
        } catch (InvalidExpressionException e) {
            throw new InvalidVariableException(
                    position, e.getMessage() + " in \"" + pattern + "\" at " + e.index());
        }
    }

    /// Compiles a `set` of a script.
    public SetVariable compileSet(RewriteStep.Set set) {
        Template value = compile(set.value());
        return slotByName.containsKey(lower(set.variable()))
                ? new SetVariable(slot(lower(set.variable()), set.position()), value)
                : new SetVariable(HttpVariable.byName(set.variable()).orElseThrow(), value);
    }

    /// Compiles a text.
    ///
    /// @throws InvalidVariableException when it names an unknown variable
    public Template compile(TemplateConfig config) {
        List<Segment> segments = new ArrayList<>(config.parts().size());
        for (TemplateConfig.Part part : config.parts()) {
            segments.add(switch (part) {
                case TemplateConfig.Literal(String text) -> new Segment.Literal(ByteText.of(text));
                case TemplateConfig.Named(String name, Position position) -> variable(name, position);
            });
        }
        return new Template(segments);
    }

    /// Compiles the `set` directives of a server, in order.
    ///
    /// @throws InvalidVariableException when one names an unknown variable
    public List<SetVariable> compileSets(List<SetConfig> sets) {
        return sets.stream()
                .map(set -> new SetVariable(slot(lower(set.variable()), set.position()), compile(set.value())))
                .toList();
    }

    /// An empty holder for one session's values.
    public VariableValues newValues() {
        return new VariableValues(this);
    }

    int slots() {
        return slotByName.size();
    }

    @Nullable MapVariable map(int slot) {
        return maps[slot];
    }

    /// For each group of the expression the slot of its name, or [#NO_SLOT].
    int[] groupSlots(RegularExpression expression) {
        int[] slots = new int[expression.groupCount() + 1];
        Arrays.fill(slots, NO_SLOT);
        expression.names().forEach((name, group) -> slots[group] = slotByName.getOrDefault(lower(name), NO_SLOT));
        return slots;
    }

    private void define(String name) {
        slotByName.putIfAbsent(lower(name), slotByName.size());
    }

    private void defineGroups(MapConfig.Entry entry) {
        if (entry.key() instanceof MapConfig.Key.Regex(String pattern, boolean ignoreCase)) {
            try {
                RegularExpression.compile(pattern, ignoreCase).names().keySet().forEach(this::define);
            } catch (InvalidExpressionException _) {
                // Reported when the map itself is compiled.
            }
        }
    }

    private Segment variable(String name, Position position) {
        if (name.length() == 1 && name.charAt(0) >= '1' && name.charAt(0) <= '0' + MAX_CAPTURES) {
            return new Segment.OfCapture(name.charAt(0) - '0');
        }
        Integer slot = slotByName.get(lower(name));
        if (slot != null) {
            return new Segment.OfSlot(slot);
        }
        return new Segment.OfSession(StreamVariable.byName(name).<io.sluice.session.Variable>map(v -> v)
                .or(() -> HttpVariable.byName(name)).orElseThrow(() -> unknown(name, position)));
    }

    private int slot(String name, Position position) {
        Integer slot = slotByName.get(name);
        if (slot == null) {
            throw unknown(name, position);
        }
        return slot;
    }

    private static InvalidVariableException unknown(String name, Position position) {
        return new InvalidVariableException(position, "unknown \"" + name + "\" variable");
    }

    /// Refuses maps whose sources lead back to themselves: no session could ever evaluate them.
    ///
    /// A circle through the values of entries is left to the session, since an entry may never be chosen, and nginx
    /// starts with it; a value that needs itself is then empty.
    private static void rejectCycles(Map<String, MapConfig> mapByName) {
        List<String> path = new ArrayList<>();
        Set<String> done = new HashSet<>();
        mapByName.keySet().forEach(name -> follow(name, mapByName, path, done));
    }

    private static void follow(String name, Map<String, MapConfig> mapByName, List<String> path, Set<String> done) {
        MapConfig map = mapByName.get(name);
        if (map == null || done.contains(name)) {
            return;
        }
        int start = path.indexOf(name);
        if (start >= 0) {
            String circle = String.join(" -> ", path.subList(start, path.size())) + " -> " + name;
            throw new InvalidVariableException(
                    map.source().position(), "cycle while evaluating variable \"" + name + "\": " + circle);
        }
        path.add(name);
        for (TemplateConfig.Part part : map.source().parts()) {
            if (part instanceof TemplateConfig.Named(String source, _)) {
                follow(lower(source), mapByName, path, done);
            }
        }
        path.removeLast();
        done.add(name);
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
