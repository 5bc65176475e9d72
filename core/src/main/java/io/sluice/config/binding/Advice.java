package io.sluice.config.binding;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.sluice.config.model.AccessRuleConfig;
import io.sluice.config.model.Endpoint;
import io.sluice.config.model.HttpConfig;
import io.sluice.config.model.LocationConfig;
import io.sluice.config.model.PeerConfig;
import io.sluice.config.model.RewriteStep;
import io.sluice.config.model.StreamConfig;
import io.sluice.config.model.StreamServerConfig.HandlerConfig;

/// Warns of what is legal but does not do what it seems to, as a careful compiler would. Used during start-up only.
final class Advice {

    private final BindingRun run;

    Advice(BindingRun run) {
        this.run = run;
    }

    /// Looks at a stream block and its model.
    ///
    /// @param broken errors were found: what seems to be unused may be what a misspelled name was meant to be
    void give(Scope stream, StreamConfig model, boolean broken) {
        // A computed target may name any group.
        boolean computed = model.servers().stream()
                .anyMatch(server -> server.handler() instanceof HandlerConfig.ComputedProxyPass);
        if (!broken) {
            unusedNames(computed);
        }
        stream.own(StreamDirectives.UPSTREAMS).forEach(this::upstream);
        unreachableRules(stream.own(StreamDirectives.ACCESS_RULES));
        stream.own(StreamDirectives.SERVERS).forEach(s -> unreachableRules(s.own(StreamDirectives.ACCESS_RULES)));
        repeatedMaps(stream);
    }

    /// Looks at an http block and its model.
    ///
    /// @param broken as for stream
    void give(Scope http, HttpConfig model, boolean broken) {
        boolean computed = model.servers().stream().anyMatch(server -> passesComputed(server.root()));
        if (!broken) {
            unusedNames(computed);
        }
        http.own(StreamDirectives.UPSTREAMS).forEach(this::upstream);
        unreachableRules(http.own(StreamDirectives.ACCESS_RULES));
        http.own(HttpDirectives.SERVERS).forEach(this::unreachableRulesInside);
        repeatedMaps(http);
    }

    private static boolean passesComputed(LocationConfig location) {
        return location.handler() instanceof LocationConfig.LocationHandler.ComputedProxyPass
                || location.nested().stream().anyMatch(Advice::passesComputed)
                || location.script().stream().anyMatch(step ->
                        step instanceof RewriteStep.If branch && passesComputed(branch.body()));
    }

    private void unreachableRulesInside(Scope block) {
        unreachableRules(block.own(StreamDirectives.ACCESS_RULES));
        block.own(HttpDirectives.LOCATIONS).forEach(this::unreachableRulesInside);
    }

    private void unusedNames(boolean computed) {
        if (!computed) {
            unused("upstream", run.upstreams().unused());
        }
        unused("log format", run.logFormats().unused());
        unused("limit_conn zone", run.limitZones().unused());
        unused("limit_req zone", run.requestZones().unused());
        unused("variable", run.variables().unusedComputed());
    }

    private void unused(String kind, List<Fragment> names) {
        for (Fragment name : names) {
            run.warning("unused-" + kind.replace(' ', '-').replace('_', '-'), name,
                    kind + " \"" + name.text() + "\" is not used");
        }
    }

    private void upstream(Scope block) {
        List<PeerText> peers = block.own(UpstreamDirectives.PEERS);
        boolean backupsPossible = block.own(UpstreamDirectives.METHOD)
                .map(UpstreamDirectives.Method::backup).orElse(true);
        for (PeerText peer : peers) {
            if (!backupsPossible) {
                peer.backup().ifPresent(backup -> run.warning("no-effect", backup,
                        "\"backup\" has no effect with this balancing method"));
            }
            boolean alone = peers.stream().filter(p -> p.config().backup() == peer.config().backup()).count() == 1;
            if (alone) {
                peer.weight().ifPresent(weight -> run.warning("no-effect", weight,
                        "\"" + weight.text() + "\" has no effect, there is no other server to compare with"));
            }
        }
        if (!peers.isEmpty() && peers.stream().map(PeerText::config).allMatch(PeerConfig::down)) {
            Fragment name = Fragment.of(block.opener().arguments().getFirst());
            run.warning("all-down", name, "all servers of upstream \"" + name.text() + "\" are down");
        }
        repeatedPeers(peers);
    }

    private void repeatedPeers(List<PeerText> peers) {
        Set<Endpoint> seen = new HashSet<>();
        for (PeerText peer : peers) {
            if (!seen.add(peer.config().endpoint())) {
                run.warning("repeated-server", peer.directive().argument(0),
                        "server \"" + peer.directive().text(0) + "\" occurs twice in this upstream");
            }
        }
    }

    private void unreachableRules(List<AccessRuleConfig> rules) {
        Optional<AccessRuleConfig> last = Optional.empty();
        for (AccessRuleConfig rule : rules) {
            if (last.isPresent()) {
                String word = last.get().allow() ? "allow" : "deny";
                run.warning("unreachable-rule", rule.position(), "this rule is never reached, \"" + word
                        + " all\" in line " + last.get().position().line() + " comes first", Optional.empty());
            } else if (rule.subject() instanceof AccessRuleConfig.Subject.All) {
                last = Optional.of(rule);
            }
        }
    }

    private void repeatedMaps(Scope stream) {
        Map<String, String> seen = new HashMap<>();
        stream.own(StreamDirectives.MAPS).forEach(map -> {
            String earlier = seen.put(map.variable(), map.position().fileAndLine());
            if (earlier != null) {
                run.warning("map-redefined", map.position(),
                        "map variable \"$" + map.variable() + "\" is defined again, the one in " + earlier
                                + " has no effect", Optional.empty());
            }
        });
    }
}
