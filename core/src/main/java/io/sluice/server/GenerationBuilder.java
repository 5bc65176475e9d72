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
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

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
import io.sluice.udp.UdpRoutes;
import io.sluice.udp.UdpServer;
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
            Map<StreamServerConfig, StreamServer.Parts> servers = parts(stream, variables, logs);
            RouteTable<TcpServer> tcp = routes(servers, SocketProtocol.TCP, TcpServer::new);
            RouteTable<UdpServer> udp = routes(servers, SocketProtocol.UDP, UdpServer::new);
            return new Generation(number, config, groups, listenPoints(stream, tcp, udp), logs);
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

    /// Compiles the servers that listen on addresses of a protocol.
    private <S> RouteTable<S> routes(
            Map<StreamServerConfig, StreamServer.Parts> servers, SocketProtocol protocol, ServerMaker<S> maker) {
        RouteTable.Builder<S> routes = new RouteTable.Builder<>();
        servers.forEach((server, parts) -> {
            for (ListenerConfig listener : server.listeners()) {
                if (listener.protocol() == protocol) {
                    routes.add(listener, maker.make(server, listener.address(), parts));
                }
            }
        });
        return routes.build();
    }

    /// Makes the server of a listener.
    @FunctionalInterface
    private interface ServerMaker<S> {

        S make(StreamServerConfig config, Address listen, StreamServer.Parts parts);
    }

    /// What each server is compiled with, in the order of the configuration.
    private Map<StreamServerConfig, StreamServer.Parts> parts(
            StreamConfig stream, VariableTable variables, LogSet logs) {
        HashKeys hashKeys = new HashKeys(stream.upstreams().values(), variables);
        Map<String, LimitConnZoneConfig> zones = stream.limitZones().stream()
                .collect(Collectors.toMap(LimitConnZoneConfig::name, zone -> zone));
        Map<StreamServerConfig, StreamServer.Parts> parts = new LinkedHashMap<>();
        for (StreamServerConfig server : stream.servers()) {
            parts.put(server, new StreamServer.Parts(
                    admission(server, zones, variables), variables, hashKeys,
                    logs.accessLogs(server.accessLogs(), stream.logFormats(), variables),
                    logs.errorLog(server.errorLogs())));
        }
        return parts;
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

    /// The addresses to bind, in the order of the configuration.
    private static List<ListenPoint> listenPoints(
            StreamConfig stream, RouteTable<TcpServer> tcp, RouteTable<UdpServer> udp) {
        Map<ListenPoint.Key, ListenPoint> points = new HashMap<>();
        for (ListenPoint point : listenPoints(stream, SocketProtocol.TCP, tcp, ListenPoint.Tcp::new)) {
            points.put(point.key(), point);
        }
        for (ListenPoint point : listenPoints(stream, SocketProtocol.UDP, udp, (site, options, _, byLocalAddress) ->
                new ListenPoint.Udp(new UdpRoutes(site, byLocalAddress), options))) {
            points.put(point.key(), point);
        }
        return stream.servers().stream()
                .flatMap(server -> server.listeners().stream())
                .flatMap(listener -> Stream.ofNullable(
                        points.remove(new ListenPoint.Key(listener.protocol(), listener.address()))))
                .toList();
    }

    /// Makes the point of a site.
    @FunctionalInterface
    private interface PointMaker<S> {

        ListenPoint make(
                RouteTable.Site<S> site, SocketOptionsConfig options, boolean tcpNodelay,
                @Nullable RouteTable<S> routesByLocalAddress);
    }

    /// As in nginx an exact address needs no socket of its own where a wildcard of the same family and port is bound, unless it
    /// has options of its own.
    private static <S> List<ListenPoint> listenPoints(
            StreamConfig stream, SocketProtocol protocol, RouteTable<S> routes, PointMaker<S> maker) {
        Map<Address, SocketOptionsConfig> options = new HashMap<>();
        Map<Address, Boolean> noDelay = new HashMap<>();
        for (StreamServerConfig server : stream.servers()) {
            for (ListenerConfig listener : server.listeners()) {
                if (listener.protocol() == protocol) {
                    options.merge(listener.address(), listener.options(), GenerationBuilder::explicit);
                    noDelay.merge(listener.address(), server.tcpNodelay(), Boolean::logicalOr);
                }
            }
        }
        Set<Address> wildcards =
                options.keySet().stream().filter(GenerationBuilder::isWildcard).collect(Collectors.toSet());
        List<RouteTable.Site<S>> bound = new ArrayList<>();
        Set<Address> covering = new HashSet<>();
        for (RouteTable.Site<S> site : routes.sites()) {
            Optional<Address> wildcard = wildcardOf(site.address()).filter(wildcards::contains);
            if (wildcard.isPresent() && options(options, site).equals(SocketOptionsConfig.DEFAULT)) {
                covering.add(wildcard.get());
            } else {
                bound.add(site);
            }
        }
        return bound.stream()
                .map(site -> maker.make(
                        site,
                        options(options, site),
                        Boolean.TRUE.equals(noDelay.get(site.address())),
                        covering.contains(site.address()) ? routes : null))
                .toList();
    }

    private static SocketOptionsConfig options(Map<Address, SocketOptionsConfig> options, RouteTable.Site<?> site) {
        return options.getOrDefault(site.address(), SocketOptionsConfig.DEFAULT);
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
