package io.sluice.config.binding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.sluice.config.model.ListenerConfig;
import io.sluice.config.model.LogFormatConfig;
import io.sluice.config.model.SocketProtocol;
import io.sluice.config.model.StreamConfig;
import io.sluice.config.model.StreamServerConfig;
import io.sluice.config.model.StreamServerConfig.ConnectionLimits;
import io.sluice.config.model.StreamServerConfig.HandlerConfig;
import io.sluice.config.model.StreamServerConfig.ProxyHeaderOptions;
import io.sluice.config.model.TemplateConfig;

/// Makes the model of a `stream {}` block once all of it was read: what names refer to is looked up here. Used during
/// start-up only.
final class StreamLinker {

    private final BindingRun run;

    private final Scope stream;

    private final UpstreamGroups groups;

    StreamLinker(BindingRun run, Scope stream) {
        this.run = run;
        this.stream = stream;
        this.groups = new UpstreamGroups(run, stream);
    }

    /// The model, complete only if no error was reported.
    StreamConfig link() {
        ModuleNames.check(run);
        new ZoneNames(run).check(stream);
        ListenAddresses addresses = new ListenAddresses(run);
        List<Scope> scopes = stream.own(StreamDirectives.SERVERS);
        scopes.forEach(addresses::add);
        addresses.forEachAddress((_, tls, defaultFirst, _) -> {
            if (tls) {
                TlsText.checkCertificates(run, defaultFirst);
            }
        });
        List<StreamServerConfig> servers = new ArrayList<>();
        for (Scope scope : scopes) {
            servers.add(server(scope, addresses));
        }
        LogInheritance.checkFiles(run, stream, scopes);
        ProxyDirectives.refuseRates(scopes.stream().filter(StreamLinker::listensOnTcp).toList());
        ProxyDirectives.refuseProxyProtocol(run, scopes.stream().filter(StreamLinker::listensOnUdp).toList());
        addresses.warnOfUnreachable();
        return new StreamConfig(
                servers,
                groups.all(),
                stream.own(StreamDirectives.MAPS),
                stream.own(StreamDirectives.GEOS),
                stream.own(StreamDirectives.SPLITS),
                stream.own(StreamDirectives.LIMIT_ZONES),
                stream.own(LogDirectives.LOG_FORMATS).stream()
                        .collect(Collectors.toMap(LogFormatConfig::name, format -> format, (first, _) -> first)));
    }

    private static boolean listensOnTcp(Scope server) {
        return server.own(StreamDirectives.LISTENS).stream().anyMatch(l -> l.protocol() == SocketProtocol.TCP);
    }

    private static boolean listensOnUdp(Scope server) {
        return server.own(StreamDirectives.LISTENS).stream().anyMatch(l -> l.protocol() == SocketProtocol.UDP);
    }

    private StreamServerConfig server(Scope scope, ListenAddresses addresses) {
        Optional<Handlers.Pending> handler = scope.own(Handlers.HANDLER);
        if (handler.isEmpty() && !scope.own(StreamDirectives.LISTENS).isEmpty()) {
            run.warning("no-handler", Fragment.of(scope.opener().name()), "no handler for server",
                    Optional.of("sessions end at once with status 500; add a proxy_pass or return"));
        }
        List<ListenerConfig> listeners = addresses.listeners(scope);
        boolean tls = listeners.stream().anyMatch(ListenerConfig::tls);
        return new StreamServerConfig(
                scope.opener().position(),
                scope.own(HttpDirectives.SERVER_NAMES),
                listeners,
                handler.flatMap(h -> h.link().apply(this)).orElseGet(HandlerConfig.None::new),
                new ProxyHeaderOptions(
                        HttpAccessDirectives.trusted(scope), scope.get(StreamDirectives.PROXY_PROTOCOL_TIMEOUT)),
                ProxyDirectives.options(scope),
                StreamTlsDirectives.server(run, scope, tls),
                StreamTlsDirectives.client(run, scope),
                scope.get(StreamDirectives.ACCESS_RULES),
                new ConnectionLimits(
                        scope.get(StreamDirectives.LIMITS),
                        scope.get(StreamDirectives.LIMIT_LOG_LEVEL),
                        scope.get(StreamDirectives.LIMIT_DRY_RUN)),
                scope.own(StreamDirectives.SETS),
                LogInheritance.accessLogs(run, scope, List.of()),
                LogInheritance.errorLogs(scope),
                scope.get(StreamDirectives.TCP_NODELAY));
    }

    /// The handler of a `proxy_pass`; absent, and reported, when its target is no address and no upstream.
    Optional<HandlerConfig> proxyPass(Directive directive, TemplateConfig target) {
        if (!target.isLiteral()) {
            return Optional.of(new HandlerConfig.ComputedProxyPass(directive.position(), target));
        }
        Fragment where = directive.argument(0);
        return groups.named(where.text())
                .or(() -> groups.ofAddress(where))
                .map(upstream -> new HandlerConfig.ProxyPass(directive.position(), upstream.name()));
    }
}
