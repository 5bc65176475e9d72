package io.sluice.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import io.sluice.config.model.Address;
import io.sluice.config.model.Endpoint;
import io.sluice.config.model.LimitConnZoneConfig;
import io.sluice.config.model.ListenerConfig;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.PeerConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.ProxyConfig;
import io.sluice.config.model.SocketOptionsConfig;
import io.sluice.config.model.SocketProtocol;
import io.sluice.config.model.StreamConfig;
import io.sluice.config.model.StreamServerConfig;
import io.sluice.config.model.StreamServerConfig.ConnectionLimits;
import io.sluice.config.model.UpstreamConfig;
import io.sluice.log.LogSet;
import io.sluice.resolve.NameResolver;
import io.sluice.resolve.Resolution;
import io.sluice.route.AccessRules;
import io.sluice.route.RouteTable;
import io.sluice.route.SessionLimits;
import io.sluice.server.LoadedConfig.Message;
import io.sluice.stream.Admission;
import io.sluice.stream.HashKeys;
import io.sluice.stream.StreamServer;
import io.sluice.tcp.TcpServer;
import io.sluice.upstream.UpstreamGroup;
import io.sluice.variable.InvalidVariableException;
import io.sluice.variable.Template;
import io.sluice.variable.VariableTable;

/// Builds a generation from a configuration: resolves names, compiles templates and rules, opens logs. Used during
/// start-up and reload only, off the loops.
final class GenerationBuilder {

    /// For all names of a configuration together; nginx asks one after the other and waits for each.
    private static final Duration RESOLVE_DEADLINE = Duration.ofSeconds(10);

    private final ProcessMemory memory;

    private final NameResolver resolver;

    GenerationBuilder(ProcessMemory memory, NameResolver resolver) {
        this.memory = memory;
        this.resolver = resolver;
    }

    /// Builds, or says everything that stands in the way.
    ///
    /// @param logs made for the configuration; the caller opens them
    Generation build(ProxyConfig config, int number, LogSet logs) throws StartException {
        StreamConfig stream = config.stream();
        Resolution resolution = resolve(stream);
        try {
            VariableTable variables = VariableTable.of(stream);
            Map<String, UpstreamGroup> groups = groups(stream, resolution, logs);
            RouteTable<TcpServer> routes = routes(stream, variables, logs);
            return new Generation(number, config, groups, listenPoints(stream, routes), logs);
        } catch (InvalidVariableException e) {
            throw new StartException(List.of(message(e.position(), String.valueOf(e.getMessage()))));
        }
    }

    /// Resolves every name; those that fail are reported together, each at the lines that use it.
    private Resolution resolve(StreamConfig stream) throws StartException {
        Map<Endpoint, Position> users = new LinkedHashMap<>();
        for (UpstreamConfig group : stream.upstreams().values()) {
            for (PeerConfig peer : group.peers()) {
                users.putIfAbsent(peer.endpoint(), peer.position());
            }
        }
        Resolution resolution = Resolution.of(users.keySet(), resolver, RESOLVE_DEADLINE);
        if (!resolution.failures().isEmpty()) {
            throw new StartException(resolution.failures().stream()
                    .map(failure ->
                            message(users.getOrDefault(failure.endpoint(), Position.NONE), failure.message()))
                    .toList());
        }
        return resolution;
    }

    private Map<String, UpstreamGroup> groups(StreamConfig stream, Resolution resolution, LogSet logs)
            throws StartException {
        Map<String, UpstreamGroup> groups = new LinkedHashMap<>();
        List<Message> failures = new ArrayList<>();
        stream.upstreams().forEach((name, group) -> {
            try {
                groups.put(
                        name,
                        UpstreamGroup.create(group, resolution::addresses, memory.peers(), logs.errors()));
            } catch (IllegalArgumentException e) {
                failures.add(message(group.position(), String.valueOf(e.getMessage())));
            }
        });
        if (!failures.isEmpty()) {
            throw new StartException(failures);
        }
        return groups;
    }

    private static Message message(Position at, String text) {
        return new Message(LogLevel.EMERG, text, at);
    }

    private RouteTable<TcpServer> routes(StreamConfig stream, VariableTable variables, LogSet logs) {
        HashKeys hashKeys = new HashKeys(stream.upstreams().values(), variables);
        Map<String, LimitConnZoneConfig> zones = stream.limitZones().stream()
                .collect(Collectors.toMap(LimitConnZoneConfig::name, zone -> zone));
        RouteTable.Builder<TcpServer> routes = new RouteTable.Builder<>();
        for (StreamServerConfig server : stream.servers()) {
            StreamServer.Parts parts = new StreamServer.Parts(
                    admission(server, zones, variables), variables, hashKeys,
                    logs.accessLogs(server.accessLogs(), stream.logFormats(), variables),
                    logs.errorLog(server.errorLogs()));
            for (ListenerConfig listener : server.listeners()) {
                if (listener.protocol() == SocketProtocol.TCP) {
                    routes.add(listener, new TcpServer(server, listener.address(), parts));
                }
            }
        }
        return routes.build();
    }

    private Admission admission(
            StreamServerConfig server, Map<String, LimitConnZoneConfig> zones, VariableTable variables) {
        ConnectionLimits config = server.limits();
        List<SessionLimits.Limit> limits = new ArrayList<>();
        List<Template> keys = new ArrayList<>();
        for (ConnectionLimits.Limit limit : config.limits()) {
            LimitConnZoneConfig zone = zones.get(limit.zone());
            if (zone == null) {
                throw new IllegalStateException("the binder let pass an unknown zone " + limit.zone());
            }
            limits.add(new SessionLimits.Limit(memory.limitZones().zone(zone), limit.connections()));
            keys.add(variables.compile(zone.key()));
        }
        return new Admission(
                new SessionLimits(limits), keys, config.logLevel(), config.dryRun(),
                AccessRules.compile(server.access()));
    }

    /// The addresses to bind. As in nginx an exact address needs no socket of its own where a wildcard of the same
    /// family and port is bound, unless it has options of its own.
    private static List<ListenPoint> listenPoints(StreamConfig stream, RouteTable<TcpServer> routes) {
        Map<Address, SocketOptionsConfig> options = new HashMap<>();
        Map<Address, Boolean> noDelay = new HashMap<>();
        for (StreamServerConfig server : stream.servers()) {
            for (ListenerConfig listener : server.listeners()) {
                options.merge(listener.address(), listener.options(), GenerationBuilder::explicit);
                noDelay.merge(listener.address(), server.tcpNodelay(), Boolean::logicalOr);
            }
        }
        Set<Address> wildcards =
                options.keySet().stream().filter(GenerationBuilder::isWildcard).collect(Collectors.toSet());
        List<ListenPoint> points = new ArrayList<>();
        Set<Address> covering = new HashSet<>();
        for (RouteTable.Site<TcpServer> site : routes.sites()) {
            SocketOptionsConfig own = options.getOrDefault(site.address(), SocketOptionsConfig.DEFAULT);
            Optional<Address> wildcard = wildcardOf(site.address()).filter(wildcards::contains);
            if (wildcard.isPresent() && own.equals(SocketOptionsConfig.DEFAULT)) {
                covering.add(wildcard.get());
            } else {
                boolean fast = Boolean.TRUE.equals(noDelay.get(site.address()));
                points.add(new ListenPoint(site, own, fast, null));
            }
        }
        return points.stream()
                .map(point -> covering.contains(point.site().address()) ? point.routedBy(routes) : point)
                .toList();
    }

    private static SocketOptionsConfig explicit(SocketOptionsConfig one, SocketOptionsConfig other) {
        return SocketOptionsConfig.DEFAULT.equals(one) ? other : one;
    }

    private static boolean isWildcard(Address address) {
        return address instanceof Address.Ip ip && ip.host().isAnyLocalAddress();
    }

    /// The wildcard that would receive for an exact address; empty for wildcards and unix sockets.
    private static Optional<Address> wildcardOf(Address address) {
        if (!(address instanceof Address.Ip ip) || ip.host().isAnyLocalAddress()) {
            return Optional.empty();
        }
        String any = ip.host() instanceof Inet6Address ? "::" : "0.0.0.0";
        return Optional.of(new Address.Ip(InetAddress.ofLiteral(any), ip.port()));
    }
}
