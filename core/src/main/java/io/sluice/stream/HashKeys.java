package io.sluice.stream;

import java.util.HashMap;
import java.util.Map;

import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.UpstreamConfig;
import io.sluice.variable.Template;
import io.sluice.variable.VariableTable;

/// The compiled keys of the groups that balance by `hash`. Immutable.
public final class HashKeys {

    static final byte[] NO_KEY = {};

    private final Map<String, Template> keys;

    /// Compiles the keys of all groups.
    public HashKeys(Iterable<UpstreamConfig> groups, VariableTable variables) {
        Map<String, Template> compiled = new HashMap<>();
        for (UpstreamConfig group : groups) {
            if (group.policy() instanceof BalancingPolicy.Hash hash) {
                compiled.put(group.name(), variables.compile(hash.key()));
            }
        }
        keys = Map.copyOf(compiled);
    }

    /// The key of a group that has one.
    public Template key(String group) {
        Template key = keys.get(group);
        if (key == null) {
            throw new IllegalArgumentException("no hash key in upstream \"" + group + "\"");
        }
        return key;
    }
}
