package io.sluice.config.binding;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.Endpoint;
import io.sluice.config.model.PeerConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.ResolverOptions;
import io.sluice.config.model.UpstreamConfig;
import io.sluice.config.model.UpstreamConfig.KeepAlive;
import io.sluice.config.syntax.NameSuggestions;

/// The upstream groups of a module: the blocks, and one for each address that a `proxy_pass` names. Used during start-up
/// only.
final class UpstreamGroups {

    private final BindingRun run;

    private final Map<String, UpstreamConfig> explicit = new LinkedHashMap<>();

    private final Map<String, UpstreamConfig> implicit = new LinkedHashMap<>();

    UpstreamGroups(BindingRun run, Scope module) {
        this.run = run;
        for (Scope block : module.own(StreamDirectives.UPSTREAMS)) {
            UpstreamConfig upstream = upstream(block);
            explicit.put(key(upstream.name()), upstream);
        }
    }

    private UpstreamConfig upstream(Scope block) {
        List<PeerConfig> peers = block.own(UpstreamDirectives.PEERS).stream().map(PeerText::config).toList();
        Fragment name = Fragment.of(block.opener().arguments().getFirst());
        if (!peers.isEmpty() && peers.stream().allMatch(PeerConfig::backup)) {
            run.error("empty-upstream", name, "no servers in upstream \"" + name.text() + "\"",
                    Optional.of("all of them are backup servers"));
        }
        ResolverOptions resolver = ResolverDirectives.options(block);
        if (peers.stream().anyMatch(peer -> peer.resolve().isPresent())) {
            checkResolving(name, block, resolver);
        }
        BalancingPolicy policy = block.own(UpstreamDirectives.METHOD)
                .map(UpstreamDirectives.Method::policy)
                .orElseGet(BalancingPolicy.RoundRobin::new);
        Optional<KeepAlive> keepAlive = block.context() == Context.HTTP_UPSTREAM
                ? HttpUpstreamDirectives.keepAlive(block)
                : Optional.empty();
        return new UpstreamConfig(
                block.opener().position(), name.text(), false, peers, policy, block.own(UpstreamDirectives.ZONE),
                keepAlive, block.own(StickyText.STICKY), resolver);
    }

    private void checkResolving(Fragment name, Scope block, ResolverOptions resolver) {
        if (block.own(UpstreamDirectives.ZONE).isEmpty()) {
            run.error("no-zone", name,
                    "resolving names at run time requires upstream \"" + name.text() + "\" to be in shared memory",
                    Optional.of("add a \"zone\""));
        } else if (resolver.resolver().isEmpty()) {
            run.error("no-resolver", name,
                    "no resolver defined to resolve names at run time in upstream \"" + name.text() + "\"");
        }
    }

    /// Every group by its name.
    Map<String, UpstreamConfig> all() {
        Map<String, UpstreamConfig> all = new LinkedHashMap<>(implicit);
        explicit.values().forEach(upstream -> all.put(upstream.name(), upstream));
        return all;
    }

    /// The block of a name.
    Optional<UpstreamConfig> named(String name) {
        return Optional.ofNullable(explicit.get(key(name)));
    }

    /// The group of an address that must have a port, called as it is written; absent, and reported, when it is none.
    Optional<UpstreamConfig> ofAddress(Fragment where) {
        return switch (AddressText.remote(where.text())) {
            case AddressText.Unix unix -> Optional.of(implicit(
                    where.position(), where.text(), new Endpoint.Unix(unix.path())));
            case AddressText.Inet inet when inet.hasPort() -> ofHost(where, where.text(), inet.host(), inet.port());
            case AddressText.Inet inet -> {
                run.error("invalid-upstream", where, "no port in upstream \"" + where.text() + "\"",
                        NameSuggestions.hint(inet.host(), run.upstreams().names()));
                yield Optional.empty();
            }
            case AddressText.Malformed malformed -> malformed(where, malformed.reason());
        };
    }

    /// The group of a URL's authority, `unix:path` included, called by its address with port.
    ///
    /// @param defaultPort the scheme's
    Optional<UpstreamConfig> ofAuthority(Fragment where, int defaultPort) {
        return switch (AddressText.remote(where.text())) {
            case AddressText.Unix unix -> Optional.of(implicit(
                    where.position(), where.text(), new Endpoint.Unix(unix.path())));
            case AddressText.Inet inet when inet.hasPort() -> ofHost(where, where.text(), inet.host(), inet.port());
            case AddressText.Inet inet -> Optional.of(implicit(
                    where.position(), where.text() + ":" + defaultPort, new Endpoint.Host(inet.host(), defaultPort)));
            case AddressText.Malformed malformed -> malformed(where, malformed.reason());
        };
    }

    private Optional<UpstreamConfig> ofHost(Fragment where, String name, String host, int port) {
        if (explicit.containsKey(key(host))) {
            run.upstreams().mention(host);
            run.error("invalid-upstream", where, "upstream \"" + host + "\" may not have port " + port);
            return Optional.empty();
        }
        return Optional.of(implicit(where.position(), name, new Endpoint.Host(host, port)));
    }

    private Optional<UpstreamConfig> malformed(Fragment where, String reason) {
        run.error("invalid-upstream", where, reason + " in upstream \"" + where.text() + "\"");
        return Optional.empty();
    }

    private UpstreamConfig implicit(Position position, String name, Endpoint endpoint) {
        return implicit.computeIfAbsent(name, _ -> new UpstreamConfig(
                position, name, true, List.of(PeerConfig.of(position, endpoint)),
                new BalancingPolicy.RoundRobin(), Optional.empty()));
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
