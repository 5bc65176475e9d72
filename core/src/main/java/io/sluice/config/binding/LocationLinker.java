package io.sluice.config.binding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import io.sluice.config.model.AccessLogConfig;
import io.sluice.config.model.ByteSize;
import io.sluice.config.model.LocationConfig;
import io.sluice.config.model.LocationConfig.LocationHandler;
import io.sluice.config.model.LocationConfig.Match;
import io.sluice.config.model.LocationOptions;
import io.sluice.config.model.LogTarget;
import io.sluice.config.model.Position;
import io.sluice.config.model.RewriteStep;
import io.sluice.config.model.TemplateConfig;

/// Makes the model of a server's locations, and of the bodies of `if`, with everything they inherit. Used during start-up
/// only.
final class LocationLinker {

    private final BindingRun run;

    private final UpstreamGroups groups;

    private final List<Scope> linked = new ArrayList<>();

    LocationLinker(BindingRun run, UpstreamGroups groups) {
        this.run = run;
        this.groups = groups;
    }

    /// The blocks that were linked.
    List<Scope> linked() {
        return linked;
    }

    /// A server as the outermost location.
    LocationConfig server(Scope server) {
        return location(server, new Match.Server(), new LocationHandler.Files());
    }

    private LocationConfig location(Scope scope, Match match, LocationHandler around) {
        linked.add(scope);
        HttpProxyDirectives.checkBuffers(run, scope);
        Optional<ProxyPassText> pass = scope.own(ProxyPassText.PROXY_PASS);
        LocationHandler handler = pass.flatMap(p -> p.link(groups)).orElse(around);
        pass.filter(ProxyPassText::tls).ifPresent(p ->
                TlsText.checkClient(run, scope, p.directive().argument(0)));
        List<LocationConfig> nested = scope.own(HttpDirectives.LOCATIONS).stream()
                .map(inner -> location(
                        inner, inner.own(LocationText.MATCH).orElseThrow(), new LocationHandler.Files()))
                .toList();
        return new LocationConfig(
                scope.opener().position(), match, script(scope, handler), handler, options(scope, handler), nested);
    }

    private List<RewriteStep> script(Scope scope, LocationHandler handler) {
        return scope.own(RewriteDirectives.SCRIPT).stream()
                .map(line -> switch (line) {
                    case RewriteDirectives.ScriptLine.Step step -> step.step();
                    // The body is the same location with a few things changed, so it has the same handler.
                    case RewriteDirectives.ScriptLine.Branch branch -> new RewriteStep.If(
                            branch.directive().position(), branch.condition(),
                            location(branch.body(), new Match.Conditional(), handler));
                })
                .toList();
    }

    private LocationOptions options(Scope scope, LocationHandler handler) {
        return new LocationOptions(
                HttpAccessDirectives.options(scope),
                HttpClientDirectives.options(scope),
                HttpFileDirectives.options(run, scope),
                HttpResponseDirectives.options(scope),
                HttpProxyDirectives.options(scope, handler),
                LogInheritance.accessLogs(run, scope, List.of(defaultLog())),
                LogInheritance.errorLogs(scope));
    }

    private AccessLogConfig defaultLog() {
        String path = run.environment().underPrefix("logs/access.log").orElseThrow().toString();
        return new AccessLogConfig(
                Position.NONE, new LogTarget.File(TemplateConfig.literal(Position.NONE, path)), LogFormatText.COMBINED,
                ByteSize.ZERO, Optional.empty(), OptionalInt.empty(), Optional.empty());
    }
}
