package io.sluice.http.routing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LocationConfig;
import io.sluice.config.model.LocationConfig.Match;
import io.sluice.variable.CapturingExpression;
import io.sluice.variable.VariableSource;

/// The locations of one level: those of a server, or those nested in one location. Immutable.
///
/// In nginx's order: a location for exactly the path; otherwise the one with the longest prefix is kept, and those nested in it
/// are asked; then this level's expressions in order, unless the prefix was marked with `^~`; then the prefix that was kept.
/// Names are searched in a sorted array, and a search without expressions allocates nothing.
///
/// Inside an expression only expressions are found: nginx accepts names there and never asks them.
///
/// @param <T> what is attached to a location
final class LocationTable<T> {

    // Sorted by name, so that a path's longest prefix is the last name not after it or one of that name's own prefixes.
    private final List<Entry<T>> entries;

    private final String[] names;

    // Names without the slash at their end that a request without it is redirected to, sorted.
    private final String[] slashless;

    private final List<Location<T>> redirects;

    private final List<Expression<T>> expressions;

    private final Map<String, Location<T>> named;

    private LocationTable(
            SortedMap<String, Entry<T>> byName, List<Expression<T>> expressions, Map<String, Location<T>> named) {
        linkPrefixes(byName.values());
        SortedMap<String, Location<T>> redirecting = new TreeMap<>();
        byName.forEach((name, entry) -> {
            if (entry.addsSlash()) {
                redirecting.put(name.substring(0, name.length() - 1), entry.location().slashRedirect());
            }
        });
        this.entries = List.copyOf(byName.values());
        this.names = byName.keySet().toArray(String[]::new);
        this.slashless = redirecting.keySet().toArray(String[]::new);
        this.redirects = List.copyOf(redirecting.values());
        this.expressions = List.copyOf(expressions);
        this.named = Map.copyOf(named);
    }

    /// Compiles the locations of a level.
    ///
    /// @param insideExpression whether an expression is among the locations around them
    static <T> LocationTable<T> compile(
            List<LocationConfig> locations, boolean insideExpression, RoutingCompiler<T> compiler) {
        SortedMap<String, Entry<T>> byName = new TreeMap<>();
        List<Expression<T>> expressions = new ArrayList<>();
        Map<String, Location<T>> named = new HashMap<>();
        for (LocationConfig config : locations) {
            Location<T> location = Location.ofLevel(config, insideExpression, compiler);
            switch (config.match()) {
                case Match.Exact _ -> byName.computeIfAbsent(location.name(), _ -> new Entry<>()).exact = location;
                case Match.Prefix(String _, boolean beforeExpressions) -> {
                    Entry<T> entry = byName.computeIfAbsent(location.name(), _ -> new Entry<>());
                    entry.prefix = location;
                    entry.beforeExpressions = beforeExpressions;
                }
                case Match.Regex(String pattern, boolean ignoreCase) -> expressions.add(new Expression<>(
                        compiler.variables().expression(pattern, ignoreCase, config.position()), location));
                case Match.Named(String name) -> named.put(name, location);
                case Match.Server _, Match.Conditional _ -> throw new IllegalArgumentException(
                        "not a location of a level: " + config.match());
            }
        }
        return new LocationTable<>(insideExpression ? new TreeMap<>() : byName, expressions, named);
    }

    /// The location called `@name`, or null.
    @Nullable Location<T> named(String name) {
        return named.get(name);
    }

    /// The location for a path, or null. Captures of an expression that decided become the source's.
    @Nullable Location<T> find(String path, VariableSource source) {
        int at = Arrays.binarySearch(names, path);
        Entry<T> entry = at >= 0 ? entries.get(at) : null;
        if (entry != null && entry.exact != null) {
            return entry.exact;
        }
        if (entry == null) {
            int redirect = Arrays.binarySearch(slashless, path);
            if (redirect >= 0) {
                return redirects.get(redirect);
            }
            entry = longestPrefix(-at - 1, path);
        }
        Location<T> found = entry == null ? null : entry.prefix;
        if (found != null) {
            Location<T> inner = found.nested().find(path, source);
            if (inner != null && isFinal(inner)) {
                return inner;
            }
            found = inner == null ? found : inner;
        }
        Location<T> byExpression = entry != null && entry.beforeExpressions ? null : byExpression(path, source);
        return byExpression == null ? found : byExpression;
    }

    private @Nullable Location<T> byExpression(String path, VariableSource source) {
        for (int i = 0; i < expressions.size(); i++) {
            Expression<T> expression = expressions.get(i);
            if (expression.pattern.matches(path, source)) {
                Location<T> inner = expression.location.nested().find(path, source);
                return inner == null ? expression.location : inner;
            }
        }
        return null;
    }

    /// Whether a nested location ends the search of the levels around it too; a prefix does not.
    private static <T> boolean isFinal(Location<T> found) {
        return found.isSlashRedirect()
                || found.config().match() instanceof Match.Exact
                || found.config().match() instanceof Match.Regex;
    }

    /// The entry with the longest name that the path begins with, given where the path itself would stand.
    private @Nullable Entry<T> longestPrefix(int insertion, String path) {
        Entry<T> entry = insertion == 0 ? null : entries.get(insertion - 1);
        while (entry != null && (entry.prefix == null || !path.startsWith(entry.prefix.name()))) {
            entry = entry.shorter;
        }
        return entry;
    }

    /// For each entry the longest other one whose name its own begins with.
    private static <T> void linkPrefixes(Collection<Entry<T>> sorted) {
        Deque<Entry<T>> open = new ArrayDeque<>();
        for (Entry<T> entry : sorted) {
            while (!open.isEmpty() && !entry.location().name().startsWith(open.getLast().location().name())) {
                open.removeLast();
            }
            entry.shorter = open.peekLast();
            open.addLast(entry);
        }
    }

    /// What there is for one name. Written during start-up only.
    private static final class Entry<T> {

        private @Nullable Location<T> exact;

        private @Nullable Location<T> prefix;

        private boolean beforeExpressions;

        private @Nullable Entry<T> shorter;

        private Location<T> location() {
            return Objects.requireNonNull(exact == null ? prefix : exact);
        }

        private boolean addsSlash() {
            return (exact != null && exact.addsSlash()) || (prefix != null && prefix.addsSlash());
        }
    }

    private record Expression<T>(CapturingExpression pattern, Location<T> location) {}
}
