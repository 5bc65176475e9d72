package io.sluice.variable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.GeoConfig;
import io.sluice.config.model.HttpConfig;
import io.sluice.config.model.MapConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.SplitClientsConfig;
import io.sluice.config.model.StreamConfig;
import io.sluice.config.model.StreamServerConfig.SetConfig;
import io.sluice.config.model.TemplateConfig;
import io.sluice.session.FieldVariable;
import io.sluice.session.HttpVariable;
import io.sluice.session.StreamVariable;
import io.sluice.session.Variable;

/// The variables of one generation, of its `stream` or of its `http`: names are resolved to slots here, once, and never looked
/// up again. Immutable.
///
///     VariableTable table = VariableTable.of(config);          // building a generation
///     Template target = table.compile(proxyPass.target());
///     String text = target.evaluate(session);                  // on the worker
public final class VariableTable {

    static final int NO_SLOT = -1;

    private static final int MAX_CAPTURES = 9;

    private static final Variable FORWARDED_FOR =
            new FieldVariable(FieldVariable.Family.HTTP, "x-forwarded-for");

    // By name in lower case.
    private final Map<String, Integer> slotByName;

    private final BitSet emptyUntilAssigned;

    private final Function<String, Optional<Variable>> builtIns;

    // By slot; null: set or a named group.
    private final @Nullable ComputedVariable[] computed;

    // What computed variables look at and may come to, by slot.
    private final Map<Integer, List<TemplateConfig>> ingredients = new HashMap<>();

    private VariableTable(
            DefinedNames names, Function<String, Optional<Variable>> builtIns,
            List<MapConfig> maps, List<GeoConfig> geos, List<SplitClientsConfig> splits) {
        this.slotByName = names.slots();
        this.emptyUntilAssigned = names.emptyUntilAssigned();
        this.builtIns = builtIns;
        Map<String, TemplateConfig> sources = new LinkedHashMap<>();
        maps.forEach(map -> sources.put(DefinedNames.lower(map.variable()), map.source()));
        geos.forEach(geo -> geo.source().ifPresent(s -> sources.put(DefinedNames.lower(geo.variable()), s)));
        splits.forEach(split -> sources.put(DefinedNames.lower(split.variable()), split.key()));
        sources.keySet().removeIf(names::isAssigned);
        rejectCycles(sources);
        this.computed = new @Nullable ComputedVariable[slotByName.size()];
        for (MapConfig map : maps) {
            int slot = slot(map.variable(), map.position());
            computed[slot] = new MapVariable(map, this);
            ingredients.put(slot, ingredients(map));
        }
        for (GeoConfig geo : geos) {
            int slot = slot(geo.variable(), geo.position());
            computed[slot] = geo(geo);
            ingredients.put(slot, geo.source().map(List::of).orElse(List.of()));
        }
        for (SplitClientsConfig split : splits) {
            int slot = slot(split.variable(), split.position());
            computed[slot] = new SplitVariable(split, this);
            ingredients.put(slot, List.of(split.key()));
        }
    }

    /// Compiles what computes variables in a `stream` block, and reserves slots for what `set` and named groups define.
    ///
    /// @throws InvalidVariableException when maps look each other up in a circle, or an expression does not compile
    public static VariableTable of(StreamConfig config) {
        return new VariableTable(
                DefinedNames.of(config), name -> StreamVariable.byName(name).<Variable>map(v -> v).or(() -> FieldVariable.ofStream(name)),
                config.maps(), config.geos(), config.splits());
    }

    /// As [#of(StreamConfig)], for an `http` block with everything in its servers and locations.
    public static VariableTable of(HttpConfig config) {
        // A family's name (`$http_x`) may be defined anew; a variable with a name of its own may not.
        DefinedNames names = DefinedNames.of(config, name -> HttpVariable.byName(name)
                .filter(HttpVariable.class::isInstance).isPresent());
        return new VariableTable(names, HttpVariable::byName, config.maps(), config.geos(), config.splits());
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

    /// Compiles the `set` directives of a stream server, in order.
    ///
    /// @throws InvalidVariableException when one names an unknown variable
    public List<SetVariable> compileSets(List<SetConfig> sets) {
        return sets.stream()
                .map(set -> new SetVariable(slot(set.variable(), set.position()), compile(set.value())))
                .toList();
    }

    /// Compiles a `set` of the http module.
    ///
    /// @param variable the name without the dollar sign
    /// @throws InvalidVariableException when the variable cannot be set, or the value names an unknown one
    public Assignment compileSet(String variable, TemplateConfig value, Position position) {
        Template compiled = compile(value);
        Integer slot = slotByName.get(DefinedNames.lower(variable));
        if (slot != null) {
            return new SetVariable(slot, compiled);
        }
        return switch (builtIns.apply(variable).orElseThrow(() -> unknown(variable, position))) {
            case HttpVariable changeable when changeable == HttpVariable.ARGS || changeable == HttpVariable.LIMIT_RATE ->
                new Assignment.ToBuiltIn(changeable, compiled);
            case Variable _ -> throw new InvalidVariableException(
                    position, "the duplicate \"" + variable + "\" variable");
        };
    }

    /// Compiles an expression in PCRE's notation whose groups become variables.
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

    /// Whether a part of a text is one of certain variables, or may be made of one by maps and the like.
    public boolean dependsOn(Segment segment, Predicate<Variable> certain) {
        return dependsOn(segment, certain, new BitSet());
    }

    private boolean dependsOn(Segment segment, Predicate<Variable> certain, BitSet seen) {
        return switch (segment) {
            case Segment.OfSession(Variable variable) -> certain.test(variable);
            case Segment.OfSlot(int slot) when !seen.get(slot) -> {
                seen.set(slot);
                yield ingredients.getOrDefault(slot, List.of()).stream()
                        .flatMap(template -> compile(template).segments().stream())
                        .anyMatch(part -> dependsOn(part, certain, seen));
            }
            case Segment.OfSlot _, Segment.Literal _, Segment.OfCapture _ -> false;
        };
    }

    private static List<TemplateConfig> ingredients(MapConfig map) {
        List<TemplateConfig> templates = new ArrayList<>(List.of(map.source(), map.defaultValue()));
        map.entries().forEach(entry -> templates.add(entry.value()));
        return List.copyOf(templates);
    }

    /// An empty holder for one session's values.
    public VariableValues newValues() {
        return new VariableValues(this);
    }

    int slots() {
        return slotByName.size();
    }

    @Nullable ComputedVariable computed(int slot) {
        return computed[slot];
    }

    /// What a slot has that nothing was assigned to.
    @Nullable String unassigned(int slot) {
        return emptyUntilAssigned.get(slot) ? "" : null;
    }

    /// For each group of the expression the slot of its name, or [#NO_SLOT].
    private int[] groupSlots(RegularExpression expression) {
        int[] slots = new int[expression.groupCount() + 1];
        Arrays.fill(slots, NO_SLOT);
        expression.names().forEach((name, group) ->
                slots[group] = slotByName.getOrDefault(DefinedNames.lower(name), NO_SLOT));
        return slots;
    }

    private GeoVariable geo(GeoConfig config) {
        Variable address = builtIns.apply("binary_remote_addr").orElseThrow();
        return new GeoVariable(config, this, address, address instanceof HttpVariable ? FORWARDED_FOR : null);
    }

    private Segment variable(String name, Position position) {
        if (name.length() == 1 && name.charAt(0) >= '1' && name.charAt(0) <= '0' + MAX_CAPTURES) {
            return new Segment.OfCapture(name.charAt(0) - '0');
        }
        Integer slot = slotByName.get(DefinedNames.lower(name));
        if (slot != null) {
            return new Segment.OfSlot(slot);
        }
        return new Segment.OfSession(builtIns.apply(name).orElseThrow(() -> unknown(name, position)));
    }

    private int slot(String name, Position position) {
        Integer slot = slotByName.get(DefinedNames.lower(name));
        if (slot == null) {
            throw unknown(name, position);
        }
        return slot;
    }

    private static InvalidVariableException unknown(String name, Position position) {
        return new InvalidVariableException(position, "unknown \"" + name + "\" variable");
    }

    /// Refuses variables whose sources lead back to themselves: no session could ever evaluate them.
    ///
    /// A circle through the values of a map's entries is left to the session, since an entry may never be chosen, and nginx
    /// starts with it; a value that needs itself is then empty.
    private static void rejectCycles(Map<String, TemplateConfig> sources) {
        List<String> path = new ArrayList<>();
        Set<String> done = new HashSet<>();
        sources.keySet().forEach(name -> follow(name, sources, path, done));
    }

    private static void follow(
            String name, Map<String, TemplateConfig> sources, List<String> path, Set<String> done) {
        TemplateConfig source = sources.get(name);
        if (source == null || done.contains(name)) {
            return;
        }
        int start = path.indexOf(name);
        if (start >= 0) {
            String circle = String.join(" -> ", path.subList(start, path.size())) + " -> " + name;
            throw new InvalidVariableException(
                    source.position(), "cycle while evaluating variable \"" + name + "\": " + circle);
        }
        path.add(name);
        for (TemplateConfig.Part part : source.parts()) {
            if (part instanceof TemplateConfig.Named(String next, _)) {
                follow(DefinedNames.lower(next), sources, path, done);
            }
        }
        path.removeLast();
        done.add(name);
    }
}
