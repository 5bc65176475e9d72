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
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.config.model.Endpoint;
import io.sluice.config.model.HttpConfig;
import io.sluice.config.model.LimitConnZoneConfig;
import io.sluice.config.model.ListenerConfig;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.PeerConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.ProxyConfig;
import io.sluice.config.model.ServerConfig;
import io.sluice.config.model.SocketOptionsConfig;
import io.sluice.config.model.SocketProtocol;
import io.sluice.config.model.StreamConfig;
import io.sluice.config.model.StreamServerConfig;
import io.sluice.config.model.StreamServerConfig.ConnectionLimits;
import io.sluice.config.model.TemplateConfig;
import io.sluice.config.model.TlsClientConfig;
import io.sluice.config.model.UpstreamConfig;
import io.sluice.http.HttpServers;
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
import io.sluice.tcp.TcpSite;
import io.sluice.tls.TlsConfigException;
import io.sluice.tls.TlsProblem;
import io.sluice.tls.UpstreamTls;
import io.sluice.udp.UdpRoutes;
import io.sluice.udp.UdpServer;
import io.sluice.upstream.PeerSource;
import io.sluice.upstream.PeerStates;
import io.sluice.upstream.ResolvedGroup;
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

    private final String base;

    /// @param base where relative paths of files begin, with a slash at its end
    GenerationBuilder(ProcessMemory memory, NameResolver resolver, String base) {
        this.memory = memory;
        this.base = base;
        this.resolver = resolver;
    }

    /// Builds, or says everything that stands in the way.
    ///
    /// @param logs made for the configuration; the caller opens them
    Generation build(ProxyConfig config, int number, LogSet logs) throws StartException {
        StreamConfig stream = config.stream();
        Resolution resolution = resolve(config);
        try {
            VariableTable variables = VariableTable.of(stream);
            Map<String, PeerSource> groups = groups(stream.upstreams(), memory.peers(), resolution, logs);
            Map<StreamServerConfig, StreamServer.Parts> servers = parts(stream, variables, logs);
            RouteTable<TcpSite> tcp = TcpSite.all(
                    stream.servers(), routes(servers, SocketProtocol.TCP, TcpServer::new), variables);
            RouteTable<UdpServer> udp = routes(servers, SocketProtocol.UDP, UdpServer::new);
            VariableTable httpVariables = VariableTable.of(config.http());
            HttpServers http = HttpServers.compile(config.http(), new HttpServers.Parts(
                    httpVariables, logs.locationLogs(config.http(), httpVariables), memory.httpLimitZones(),
                    memory.rateZones(), memory.tls(), base, ProxyServer.VERSION));
            Map<String, PeerSource> httpGroups = groups(config.http().upstreams(), memory.httpPeers(), resolution, logs);
            List<ListenPoint> points = new ArrayList<>(listenPoints(stream, tcp, udp));
            points.addAll(httpPoints(config.http(), http, points));
            return new Generation(number, config, groups, httpGroups, http, points, logs);
        } catch (TlsConfigException e) {
            throw new StartException(e.problems().stream()
                    .map(problem -> message(problem.position(), problem.message()))
                    .toList());
        } catch (InvalidVariableException e) {
            throw new StartException(List.of(message(e.position(), String.valueOf(e.getMessage()))));
        }
    }

    /// Resolves every name but those that are resolved while the server runs; those that fail are reported together, each at the lines that use it.
    private Resolution resolve(ProxyConfig config) throws StartException {
        Map<Endpoint, Position> users = new LinkedHashMap<>();
        List<UpstreamConfig> all = new ArrayList<>(config.stream().upstreams().values());
        all.addAll(config.http().upstreams().values());
        for (UpstreamConfig group : all) {
            for (PeerConfig peer : group.peers()) {
                if (peer.resolve().isEmpty()) {
                    users.putIfAbsent(peer.endpoint(), peer.position());
                }
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

    private Map<String, PeerSource> groups(
            Map<String, UpstreamConfig> configs, PeerStates states, Resolution resolution, LogSet logs)
            throws StartException {
        states.expunge();
        Map<String, PeerSource> groups = new LinkedHashMap<>();
        List<Message> failures = new ArrayList<>();
        configs.forEach((name, group) -> {
            try {
                groups.put(name, ResolvedGroup.isOne(group)
                        ? ResolvedGroup.create(group, resolution::addresses, memory.resolver(), states, logs.errors())
                        : UpstreamGroup.create(group, resolution::addresses, states, logs.errors()));
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
            StreamConfig stream, VariableTable variables, LogSet logs)
            throws TlsConfigException {
        List<TlsProblem> problems = new ArrayList<>();
        HashKeys hashKeys = new HashKeys(stream.upstreams().values(), variables);
        Map<String, LimitConnZoneConfig> zones = stream.limitZones().stream()
                .collect(Collectors.toMap(LimitConnZoneConfig::name, zone -> zone));
        Map<StreamServerConfig, StreamServer.Parts> parts = new LinkedHashMap<>();
        for (StreamServerConfig server : stream.servers()) {
            parts.put(server, new StreamServer.Parts(
                    admission(server, zones, variables), variables, hashKeys,
                    logs.accessLogs(server.accessLogs(), stream.logFormats(), variables),
                    logs.errorLog(server.errorLogs()),
                    server.tls().map(tls -> made(() -> memory.tls().server(tls, tls.alpn()), problems)).orElse(null),
                    server.upstreamTls().map(tls -> made(() -> upstreamTls(tls), problems)).orElse(null)));
        }
        if (!problems.isEmpty()) {
            throw new TlsConfigException(problems);
        }
        return parts;
    }

    private UpstreamTls upstreamTls(TlsClientConfig tls) throws TlsConfigException {
        return memory.tls().upstream(tls, tls.alpn().stream().map(TemplateConfig::toString).toList());
    }

    /// Makes a context.
    @FunctionalInterface
    private interface ContextMaker<T> {

        T make() throws TlsConfigException;
    }

    private static <T> @Nullable T made(ContextMaker<T> maker, List<TlsProblem> problems) {
        try {
            return maker.make();
        } catch (TlsConfigException e) {
            problems.addAll(e.problems());
            return null;
        }
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
            StreamConfig stream, RouteTable<TcpSite> tcp, RouteTable<UdpServer> udp) {
        Map<ListenPoint.Key, ListenPoint> points = new HashMap<>();
        for (ListenPoint point :
                listenPoints(stream.servers(), StreamServerConfig::tcpNodelay, SocketProtocol.TCP, tcp, ListenPoint.Tcp::new)) {
            points.put(point.key(), point);
        }
        for (ListenPoint point : listenPoints(stream.servers(), _ -> false, SocketProtocol.UDP, udp, (site, options, _, byLocalAddress) ->
                new ListenPoint.Udp(new UdpRoutes(site, byLocalAddress), options))) {
            points.put(point.key(), point);
        }
        return stream.servers().stream()
                .flatMap(server -> server.listeners().stream())
                .flatMap(listener -> Stream.ofNullable(
                        points.remove(new ListenPoint.Key(listener.protocol(), listener.address()))))
                .toList();
    }

    /// The addresses of the http block; those that the stream block has too cannot be bound for both.
    private static List<ListenPoint> httpPoints(HttpConfig config, HttpServers http, List<ListenPoint> ofStream)
            throws StartException {
        List<ListenPoint> points = listenPoints(
                config.servers(), server -> server.root().options().client().tcpNodelay(), SocketProtocol.TCP,
                http.routes(), ListenPoint.Http::new);
        Set<ListenPoint.Key> taken = ofStream.stream().map(ListenPoint::key).collect(Collectors.toSet());
        List<Message> failures = config.servers().stream()
                .flatMap(server -> server.listeners().stream())
                .filter(listener -> taken.contains(new ListenPoint.Key(listener.protocol(), listener.address())))
                .map(listener -> message(
                        listener.position(), "duplicate \"" + listener.address() + "\" address and port pair"))
                .toList();
        if (!failures.isEmpty()) {
            throw new StartException(failures);
        }
        return points;
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
    private static <C extends ServerConfig, S> List<ListenPoint> listenPoints(
            List<C> servers, Predicate<C> tcpNodelay, SocketProtocol protocol, RouteTable<S> routes, PointMaker<S> maker) {
        Map<Address, SocketOptionsConfig> options = new HashMap<>();
        Map<Address, Boolean> noDelay = new HashMap<>();
        for (C server : servers) {
            for (ListenerConfig listener : server.listeners()) {
                if (listener.protocol() == protocol) {
                    options.merge(listener.address(), listener.options(), GenerationBuilder::explicit);
                    noDelay.merge(listener.address(), tcpNodelay.test(server), Boolean::logicalOr);
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
