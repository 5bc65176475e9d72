package io.sluice.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.config.model.HttpConfig;
import io.sluice.config.model.HttpServerConfig;
import io.sluice.config.model.LimitConnZoneConfig;
import io.sluice.config.model.LimitReqZoneConfig;
import io.sluice.config.model.ListenerConfig;
import io.sluice.config.model.LocationConfig;
import io.sluice.config.model.TlsClientConfig;
import io.sluice.config.model.UpstreamConfig;
import io.sluice.http.files.ErrorBodies;
import io.sluice.http.routing.Routing;
import io.sluice.log.LocationLogs;
import io.sluice.route.LimitZones;
import io.sluice.route.RateZones;
import io.sluice.route.RouteTable;
import io.sluice.route.ServerNames;
import io.sluice.stream.HashKeys;
import io.sluice.tls.ServerTls;
import io.sluice.tls.TlsConfigException;
import io.sluice.tls.TlsContexts;
import io.sluice.tls.TlsProblem;
import io.sluice.tls.UpstreamTls;
import io.sluice.variable.VariableTable;

/// Everything of an `http` block, compiled: shared by all workers. Immutable.
///
///     HttpServers servers = HttpServers.compile(config.http(), parts);
///     HttpGeneration mine = new HttpGeneration(worker, servers, members, balancers);      // on each worker
public final class HttpServers {

    private final HttpConfig config;

    private final VariableTable variables;

    private final RouteTable<HttpSite> routes;

    private final HashKeys hashKeys;

    private final Map<String, StickyRules> stickyRules;

    private final ErrorBodies errorBodies;

    private HttpServers(
            HttpConfig config, VariableTable variables, RouteTable<HttpSite> routes, ErrorBodies errorBodies) {
        this.config = config;
        this.variables = variables;
        this.routes = routes;
        this.hashKeys = new HashKeys(config.upstreams().values(), variables);
        this.stickyRules = StickyRules.compile(config.upstreams().values(), variables);
        this.errorBodies = errorBodies;
    }

    /// What a block is compiled with, besides its own configuration. Immutable.
    ///
    /// @param limitZones which outlive generations, as do the others
    /// @param base where relative paths of files begin, with a slash at its end
    /// @param version shown by `server_tokens`
    public record Parts(
            VariableTable variables, LocationLogs logs, LimitZones limitZones, RateZones rateZones, TlsContexts tls,
            String base, String version) {}

    /// Compiles.
    ///
    /// @throws TlsConfigException with all that is wrong with certificates and their like
    /// @throws io.sluice.variable.InvalidVariableException when a template names an unknown variable
    public static HttpServers compile(HttpConfig config, Parts parts) throws TlsConfigException {
        return new Compilation(config, parts).run();
    }

    /// One compilation. Used during start-up only.
    private static final class Compilation {

        private final HttpConfig config;

        private final Parts parts;

        private final List<TlsProblem> problems = new ArrayList<>();

        private final Map<TlsClientConfig, UpstreamTls> upstreamTls = new HashMap<>();

        private final Map<String, LimitConnZoneConfig> connectionZones = new HashMap<>();

        private final Map<String, LimitReqZoneConfig> requestZones = new HashMap<>();

        Compilation(HttpConfig config, Parts parts) {
            this.config = config;
            this.parts = parts;
            config.limitZones().forEach(zone -> connectionZones.put(zone.name(), zone));
            config.requestZones().forEach(zone -> requestZones.put(zone.name(), zone));
        }

        HttpServers run() throws TlsConfigException {
            Map<HttpServerConfig, HttpServer> servers = new LinkedHashMap<>();
            for (HttpServerConfig server : config.servers()) {
                servers.put(server, new HttpServer(
                        server,
                        Routing.compile(server, parts.variables(), this::settings),
                        server.tls().map(tls -> serverTls(tls)).orElse(null)));
            }
            if (!problems.isEmpty()) {
                throw new TlsConfigException(problems);
            }
            return new HttpServers(
                    config, parts.variables(), sites(servers), new ErrorBodies(parts.version(), ""));
        }

        private @Nullable ServerTls serverTls(io.sluice.config.model.TlsServerConfig tls) {
            try {
                return parts.tls().server(tls, List.of("http/1.1"));
            } catch (TlsConfigException e) {
                problems.addAll(e.problems());
                return null;
            }
        }

        private @Nullable UpstreamTls upstreamTls(TlsClientConfig tls) {
            UpstreamTls known = upstreamTls.get(tls);
            if (known == null) {
                try {
                    known = parts.tls().upstream(tls, List.of());
                    upstreamTls.put(tls, known);
                } catch (TlsConfigException e) {
                    problems.addAll(e.problems());
                }
            }
            return known;
        }

        private LocationSettings settings(LocationConfig location) {
            return LocationSettings.compile(location, parts, connectionZones, requestZones, this::upstreamTls);
        }

        /// The servers of each address.
        private RouteTable<HttpSite> sites(Map<HttpServerConfig, HttpServer> servers) {
            RouteTable.Builder<HttpServer> byAddress = new RouteTable.Builder<>();
            Map<Address, ListenerConfig> listeners = new LinkedHashMap<>();
            servers.forEach((server, compiled) -> server.listeners().forEach(listener -> {
                byAddress.add(listener, compiled);
                listeners.putIfAbsent(listener.address(), listener);
            }));
            RouteTable.Builder<HttpSite> sites = new RouteTable.Builder<>();
            for (RouteTable.Site<HttpServer> site : byAddress.build().sites()) {
                ServerNames.Builder<HttpServer> names =
                        new ServerNames.Builder<>(site.defaultServer(), parts.variables());
                site.servers().forEach(server -> names.add(server.config().names(), server));
                ListenerConfig listener = listeners.get(site.address());
                if (listener != null) {
                    sites.add(listener, HttpSite.of(
                            site.defaultServer(), site.servers(), listener, names.build()));
                }
            }
            return sites.build();
        }
    }

    /// Whether there is no server.
    public boolean isEmpty() {
        return config.servers().isEmpty();
    }

    /// The sites by address.
    public RouteTable<HttpSite> routes() {
        return routes;
    }

    VariableTable variables() {
        return variables;
    }

    HashKeys hashKeys() {
        return hashKeys;
    }

    /// How the sessions of a group keep their peer; null: they do not.
    @Nullable StickyRules stickyRules(String group) {
        return stickyRules.get(group);
    }

    ErrorBodies errorBodies() {
        return errorBodies;
    }

    @Nullable UpstreamConfig upstream(String name) {
        return config.upstreams().get(name);
    }
}
