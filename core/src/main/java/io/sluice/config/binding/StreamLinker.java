package io.sluice.config.binding;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import io.sluice.config.model.AccessLogConfig;
import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.Endpoint;
import io.sluice.config.model.ErrorLogConfig;
import io.sluice.config.model.LogFormatConfig;
import io.sluice.config.model.PeerConfig;
import io.sluice.config.model.SocketProtocol;
import io.sluice.config.model.StreamConfig;
import io.sluice.config.model.StreamServerConfig;
import io.sluice.config.model.StreamServerConfig.ConnectionLimits;
import io.sluice.config.model.StreamServerConfig.HandlerConfig;
import io.sluice.config.model.TemplateConfig;
import io.sluice.config.model.UpstreamConfig;
import io.sluice.config.syntax.NameSuggestions;

/// Makes the model of a `stream {}` block once all of it was read: what names refer to is looked up here. Used during
/// start-up only.
final class StreamLinker {

    private final BindingRun run;

    private final Scope stream;

    private final Map<String, UpstreamConfig> explicit = new LinkedHashMap<>();

    private final Map<String, UpstreamConfig> implicit = new LinkedHashMap<>();

    StreamLinker(BindingRun run, Scope stream) {
        this.run = run;
        this.stream = stream;
    }

    /// The model, complete only if no error was reported.
    StreamConfig link() {
        for (Scope block : stream.own(StreamDirectives.UPSTREAMS)) {
            UpstreamConfig upstream = upstream(block);
            explicit.put(key(upstream.name()), upstream);
        }
        checkNames();
        new ZoneNames(run).check(stream);
        ListenAddresses addresses = new ListenAddresses(run);
        List<Scope> scopes = stream.own(StreamDirectives.SERVERS);
        scopes.forEach(addresses::add);
        List<StreamServerConfig> servers = new ArrayList<>();
        for (Scope scope : scopes) {
            servers.add(server(scope, addresses));
        }
        checkLogFiles(scopes);
        ProxyDirectives.refuseRates(scopes.stream().filter(StreamLinker::listensOnTcp).toList());
        addresses.warnOfUnreachable();
        Map<String, UpstreamConfig> upstreams = new LinkedHashMap<>(implicit);
        explicit.values().forEach(upstream -> upstreams.put(upstream.name(), upstream));
        return new StreamConfig(
                servers,
                upstreams,
                stream.own(StreamDirectives.MAPS),
                List.of(),
                List.of(),
                stream.own(StreamDirectives.LIMIT_ZONES),
                stream.own(LogDirectives.LOG_FORMATS).stream()
                        .collect(Collectors.toMap(LogFormatConfig::name, format -> format, (first, _) -> first)));
    }

    private UpstreamConfig upstream(Scope block) {
        List<PeerConfig> peers = block.own(UpstreamDirectives.PEERS).stream().map(PeerText::config).toList();
        Fragment name = Fragment.of(block.opener().arguments().getFirst());
        if (!peers.isEmpty() && peers.stream().allMatch(PeerConfig::backup)) {
            run.error("empty-upstream", name, "no servers in upstream \"" + name.text() + "\"",
                    Optional.of("all of them are backup servers"));
        }
        BalancingPolicy policy = block.own(UpstreamDirectives.METHOD)
                .map(UpstreamDirectives.Method::policy)
                .orElseGet(BalancingPolicy.RoundRobin::new);
        return new UpstreamConfig(
                block.opener().position(), name.text(), false, peers, policy, block.own(UpstreamDirectives.ZONE));
    }

    private void checkNames() {
        for (Fragment use : run.logFormats().unknown()) {
            run.error("unknown-log-format", use, "unknown log format \"" + use.text() + "\"",
                    NameSuggestions.hint(use.text(), run.logFormats().names()));
        }
        for (Fragment use : run.limitZones().unknown()) {
            run.error("unknown-zone", use, "zero size shared memory zone \"" + use.text() + "\"",
                    NameSuggestions.hint(use.text(), run.limitZones().names())
                            .or(() -> Optional.of("no limit_conn_zone defines it")));
        }
        run.variables().checkUses(run);
    }

    private static boolean listensOnTcp(Scope server) {
        return server.own(StreamDirectives.LISTENS).stream().anyMatch(l -> l.protocol() == SocketProtocol.TCP);
    }

    private StreamServerConfig server(Scope scope, ListenAddresses addresses) {
        Optional<Handlers.Pending> handler = scope.own(Handlers.HANDLER);
        if (handler.isEmpty() && !scope.own(StreamDirectives.LISTENS).isEmpty()) {
            run.warning("no-handler", Fragment.of(scope.opener().name()), "no handler for server",
                    Optional.of("sessions end at once with status 500; add a proxy_pass or return"));
        }
        return new StreamServerConfig(
                scope.opener().position(),
                "",
                addresses.listeners(scope),
                handler.flatMap(h -> h.link().apply(this)).orElseGet(HandlerConfig.None::new),
                ProxyDirectives.options(scope),
                scope.get(StreamDirectives.ACCESS_RULES),
                new ConnectionLimits(
                        scope.get(StreamDirectives.LIMITS),
                        scope.get(StreamDirectives.LIMIT_LOG_LEVEL),
                        scope.get(StreamDirectives.LIMIT_DRY_RUN)),
                scope.own(StreamDirectives.SETS),
                accessLogs(scope),
                errorLogs(scope),
                scope.get(StreamDirectives.TCP_NODELAY));
    }

    /// Empty unless the server or the stream block has some: then those of the process hold.
    private List<ErrorLogConfig> errorLogs(Scope scope) {
        List<ErrorLogConfig> own = scope.own(LogDirectives.ERROR_LOGS);
        return own.isEmpty() ? stream.own(LogDirectives.ERROR_LOGS) : own;
    }

    private List<AccessLogConfig> accessLogs(Scope scope) {
        boolean ownOff = scope.own(LogDirectives.ACCESS_LOG_OFF).isPresent();
        boolean inherits = scope.own(LogDirectives.ACCESS_LOGS).isEmpty() && !ownOff;
        if (ownOff || (inherits && stream.own(LogDirectives.ACCESS_LOG_OFF).isPresent())) {
            return List.of();
        }
        return scope.get(LogDirectives.ACCESS_LOGS).stream()
                .map(log -> withFormatAsDefined(log.config()))
                .toList();
    }

    /// Formats are found without regard to case; the model names them as they were defined.
    private AccessLogConfig withFormatAsDefined(AccessLogConfig log) {
        String format = run.logFormats().definition(log.format()).map(Fragment::text).orElse(log.format());
        return new AccessLogConfig(
                log.position(), log.target(), format, log.buffer(), log.flush(), log.gzipLevel(), log.condition());
    }

    private void checkLogFiles(List<Scope> servers) {
        List<AccessLogText> logs = new ArrayList<>(stream.own(LogDirectives.ACCESS_LOGS));
        servers.forEach(server -> logs.addAll(server.own(LogDirectives.ACCESS_LOGS)));
        for (int i = 1; i < logs.size(); i++) {
            AccessLogText log = logs.get(i);
            if (logs.subList(0, i).stream().anyMatch(log::conflictsWith)) {
                run.error("conflicting-parameters", log.path(), "access_log \"" + log.path().text()
                        + "\" already defined with conflicting parameters");
            }
        }
    }

    /// The handler of a `proxy_pass`; absent, and reported, when its target is no address and no upstream.
    Optional<HandlerConfig> proxyPass(Directive directive, TemplateConfig target) {
        if (!target.isLiteral()) {
            return Optional.of(new HandlerConfig.ComputedProxyPass(directive.position(), target));
        }
        Fragment where = directive.argument(0);
        return Optional.ofNullable(explicit.get(key(where.text())))
                .or(() -> implicit(where))
                .map(upstream -> new HandlerConfig.ProxyPass(directive.position(), upstream.name()));
    }

    private Optional<UpstreamConfig> implicit(Fragment where) {
        String complaint = "";
        Optional<String> hint = Optional.empty();
        switch (AddressText.remote(where.text())) {
            case AddressText.Unix unix -> {
                return Optional.of(group(where, new Endpoint.Unix(unix.path())));
            }
            case AddressText.Inet inet when inet.hasPort() && !explicit.containsKey(key(inet.host())) -> {
                return Optional.of(group(where, new Endpoint.Host(inet.host(), inet.port())));
            }
            case AddressText.Inet inet when inet.hasPort() -> {
                run.upstreams().mention(inet.host());
                complaint = "upstream \"" + inet.host() + "\" may not have port " + inet.port();
            }
            case AddressText.Inet inet -> {
                complaint = "no port in upstream \"" + where.text() + "\"";
                hint = NameSuggestions.hint(inet.host(), run.upstreams().names());
            }
            case AddressText.Malformed malformed ->
                complaint = malformed.reason() + " in upstream \"" + where.text() + "\"";
        }
        run.error("invalid-upstream", where, complaint, hint);
        return Optional.empty();
    }

    private UpstreamConfig group(Fragment where, Endpoint endpoint) {
        return implicit.computeIfAbsent(where.text(), name -> new UpstreamConfig(
                where.position(), name, true, List.of(PeerConfig.of(where.position(), endpoint)),
                new BalancingPolicy.RoundRobin(), Optional.empty()));
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
