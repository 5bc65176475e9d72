package io.sluice.config.binding;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.sluice.config.syntax.DirectiveNode;

/// What one block has set so far, and the block around it for what is inherited. Used during start-up only.
///
/// Scalars are inherited unless set inside; lists are replaced as a whole. The typed keys are [Setting] and [Listing].
final class Scope {

    private final Context context;

    private final Optional<DirectiveNode> opener;

    private final Optional<Scope> outer;

    private final Map<Setting<?>, Object> values = new HashMap<>();

    private final Map<Listing<?>, List<Object>> lists = new HashMap<>();

    private final Set<String> seen = new HashSet<>();

    private Scope(Context context, Optional<DirectiveNode> opener, Optional<Scope> outer) {
        this.context = context;
        this.opener = opener;
        this.outer = outer;
    }

    /// The scope of the main context.
    static Scope main() {
        return new Scope(Context.MAIN, Optional.empty(), Optional.empty());
    }

    /// The scope of a block inside this one.
    Scope inner(Context innerContext, DirectiveNode by) {
        return new Scope(innerContext, Optional.of(by), Optional.of(this));
    }

    Context context() {
        return context;
    }

    /// The block around this one.
    Optional<Scope> outer() {
        return outer;
    }

    /// The directive that opened the block.
    DirectiveNode opener() {
        return opener.orElseThrow();
    }

    /// Notes that a directive occurs; false when it did before.
    boolean firstTime(String name) {
        return seen.add(name);
    }

    <T> void put(Setting<T> key, T value) {
        values.put(key, value);
    }

    /// The value set in this very block.
    @SuppressWarnings("unchecked") // put() keeps key and value of one type
    <T> Optional<T> own(Setting<T> key) {
        return Optional.ofNullable((T) values.get(key));
    }

    /// The value set here or around here.
    <T> Optional<T> find(Setting<T> key) {
        return own(key).or(() -> outer.flatMap(o -> o.find(key)));
    }

    /// The value set here or around here, or the default.
    <T> T get(Setting<T> key) {
        return find(key).or(key::defaultValue).orElseThrow();
    }

    /// Adds to this block's own list.
    <T> void add(Listing<T> key, T value) {
        lists.computeIfAbsent(key, _ -> new ArrayList<>()).add(value);
    }

    /// Makes this block's own list exist, so that nothing is inherited.
    <T> void replace(Listing<T> key) {
        lists.computeIfAbsent(key, _ -> new ArrayList<>());
    }

    /// This block's own list.
    @SuppressWarnings("unchecked") // add() keeps key and values of one type
    <T> List<T> own(Listing<T> key) {
        return (List<T>) List.copyOf(lists.getOrDefault(key, List.of()));
    }

    /// This block's own list, or else the one around it.
    <T> List<T> get(Listing<T> key) {
        return lists.containsKey(key) ? own(key) : outer.map(o -> o.get(key)).orElseGet(key::none);
    }
}
