package io.sluice.config.binding;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The names of one kind of thing (upstreams, log formats): where they are defined and where they are used. Used during
/// start-up only.
///
/// A use may come before the definition, so unknown names are known only at the end. Names compare without regard to
/// case, as nginx's do.
final class NameTable {

    private final Map<String, Fragment> definitions = new LinkedHashMap<>();

    private final List<Fragment> uses = new ArrayList<>();

    private final Set<String> used = new HashSet<>();

    private final Set<String> predefined = new HashSet<>();

    /// Notes a name that exists without being defined.
    void predefine(String name) {
        predefined.add(key(name));
    }

    /// Notes a definition; false when the name is defined already.
    boolean define(String name, Fragment at) {
        return !predefined.contains(key(name)) && definitions.putIfAbsent(key(name), at) == null;
    }

    /// Notes a use that must turn out to be defined.
    void use(String name, Fragment at) {
        mention(name);
        uses.add(at);
    }

    /// Notes a use that may be something else.
    void mention(String name) {
        used.add(key(name));
    }

    /// Where a name is defined.
    Optional<Fragment> definition(String name) {
        return Optional.ofNullable(definitions.get(key(name)));
    }

    /// The uses that nothing defines, in order.
    List<Fragment> unknown() {
        return uses.stream()
                .filter(use -> definition(use.text()).isEmpty() && !predefined.contains(key(use.text())))
                .toList();
    }

    /// The definitions that nobody uses, in order.
    List<Fragment> unused() {
        return definitions.entrySet().stream()
                .filter(d -> !used.contains(d.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /// The names defined, as written.
    Collection<String> names() {
        return definitions.values().stream().map(Fragment::text).toList();
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
