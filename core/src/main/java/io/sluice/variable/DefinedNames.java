package io.sluice.variable;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

import io.sluice.config.model.GeoConfig;
import io.sluice.config.model.HttpConfig;
import io.sluice.config.model.HttpProxyOptions;
import io.sluice.config.model.HttpServerConfig;
import io.sluice.config.model.LocationConfig;
import io.sluice.config.model.MapConfig;
import io.sluice.config.model.RewriteStep;
import io.sluice.config.model.SplitClientsConfig;
import io.sluice.config.model.StreamConfig;
import io.sluice.config.model.StreamServerConfig;
import io.sluice.config.model.TemplateConfig;

/// The names that a configuration defines, each with a slot: by `map`, `geo`, `split_clients`, by `set`, and by named groups.
/// Used during start-up only.
final class DefinedNames {

    // In lower case.
    private final Map<String, Integer> slotByName = new HashMap<>();

    private final Set<String> computed = new HashSet<>();

    private final Set<String> assigned = new HashSet<>();

    private final Set<String> captured = new HashSet<>();

    // A location inherits expressions, which are read once.
    private final Set<String> patterns = new HashSet<>();

    private final Predicate<String> builtIn;

    /// @param builtIn whether the program itself has a variable of a name; such a one gets no slot by `set` or a group
    private DefinedNames(Predicate<String> builtIn) {
        this.builtIn = builtIn;
    }

    static DefinedNames of(StreamConfig config) {
        DefinedNames names = new DefinedNames(_ -> false);
        config.maps().forEach(names::map);
        config.geos().forEach(names::geo);
        config.splits().forEach(names::split);
        for (StreamServerConfig server : config.servers()) {
            server.sets().forEach(set -> names.assign(set.variable()));
        }
        return names;
    }

    /// @param builtIn see the constructor
    static DefinedNames of(HttpConfig config, Predicate<String> builtIn) {
        DefinedNames names = new DefinedNames(builtIn);
        config.maps().forEach(names::map);
        config.geos().forEach(names::geo);
        config.splits().forEach(names::split);
        for (HttpServerConfig server : config.servers()) {
            for (HttpServerConfig.ServerName name : server.names()) {
                if (name instanceof HttpServerConfig.ServerName.Regex(_, String pattern)) {
                    names.groups(pattern);
                }
            }
            names.location(server.root());
        }
        return names;
    }

    /// Slots by name, in lower case.
    Map<String, Integer> slots() {
        return Map.copyOf(slotByName);
    }

    /// The slots that are empty before `set` has assigned them; others have no value, which a log line shows.
    BitSet emptyUntilAssigned() {
        BitSet slots = new BitSet();
        slotByName.forEach((name, slot) -> {
            if (assigned.contains(name) && !computed.contains(name) && !captured.contains(name)) {
                slots.set(slot);
            }
        });
        return slots;
    }

    /// Whether some `set` assigns the variable.
    boolean isAssigned(String name) {
        return assigned.contains(lower(name));
    }

    static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private void map(MapConfig map) {
        compute(map.variable());
        for (MapConfig.Entry entry : map.entries()) {
            if (entry.key() instanceof MapConfig.Key.Regex(String pattern, _)) {
                groups(pattern);
            }
        }
    }

    private void geo(GeoConfig geo) {
        compute(geo.variable());
    }

    private void split(SplitClientsConfig split) {
        compute(split.variable());
    }

    private void location(LocationConfig location) {
        if (location.match() instanceof LocationConfig.Match.Regex(String pattern, _)) {
            groups(pattern);
        }
        location.script().forEach(this::step);
        proxy(location.options().proxy());
        location.nested().forEach(this::location);
    }

    private void step(RewriteStep step) {
        switch (step) {
            case RewriteStep.Set set -> assign(set.variable());
            case RewriteStep.Rewrite rewrite -> groups(rewrite.pattern());
            case RewriteStep.If(_, RewriteStep.Condition condition, LocationConfig body) -> {
                if (condition instanceof RewriteStep.Condition.Matches(_, String pattern, _, _)) {
                    groups(pattern);
                }
                location(body);
            }
            case RewriteStep.Break _, RewriteStep.Return _ -> {
                // Nothing is defined.
            }
        }
    }

    private void proxy(HttpProxyOptions options) {
        if (options.redirect() instanceof HttpProxyOptions.Redirect.Rules(var rules)) {
            for (HttpProxyOptions.RedirectRule rule : rules) {
                if (rule instanceof HttpProxyOptions.RedirectRule.Regex(_, String pattern, _, _)) {
                    groups(pattern);
                }
            }
        }
        options.cookieDomains().forEach(this::cookie);
        options.cookiePaths().forEach(this::cookie);
        for (HttpProxyOptions.CookieFlags flags : options.cookieFlags()) {
            if (flags.regex()) {
                groups(pattern(flags.cookie()));
            }
        }
    }

    private void cookie(HttpProxyOptions.CookieRule rule) {
        if (rule.regex()) {
            groups(pattern(rule.from()));
        }
    }

    /// An expression has no variables, so that it is the text as it would be written.
    private static String pattern(TemplateConfig expression) {
        return expression.toString();
    }

    private void compute(String name) {
        computed.add(lower(name));
        slotByName.putIfAbsent(lower(name), slotByName.size());
    }

    private void assign(String name) {
        define(name, assigned);
    }

    private void groups(String pattern) {
        if (!patterns.add(pattern)) {
            return;
        }
        try {
            PcreTranslation.of(pattern).names().keySet().forEach(name -> define(name, captured));
        } catch (InvalidExpressionException _) {
            // Reported by whoever compiles the expression to use it.
        }
    }

    private void define(String name, Set<String> kind) {
        String lower = lower(name);
        if (!builtIn.test(lower)) {
            kind.add(lower);
            slotByName.putIfAbsent(lower, slotByName.size());
        }
    }
}
