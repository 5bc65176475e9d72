package io.sluice.http.routing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.sluice.config.binding.Binder;
import io.sluice.config.binding.BindingEnvironment;
import io.sluice.config.binding.PatternCheck;
import io.sluice.config.model.HttpConfig;
import io.sluice.config.model.HttpServerConfig;
import io.sluice.config.model.LocationConfig.LocationHandler;
import io.sluice.config.model.TemplateConfig;
import io.sluice.config.syntax.ConfigParser;
import io.sluice.config.syntax.Diagnostics;
import io.sluice.config.syntax.SourceText;
import io.sluice.route.ServerNames;
import io.sluice.variable.InvalidExpressionException;
import io.sluice.variable.RegularExpression;
import io.sluice.variable.VariableTable;

/// The routing of an `http {}` block, asked without sockets. What is attached to a location is how it is written. Immutable.
final class RoutedHttp {

    private final HttpConfig config;

    private final VariableTable variables;

    private final List<Routing<String>> servers = new ArrayList<>();

    private final ServerNames<Routing<String>> names;

    private RoutedHttp(HttpConfig config) {
        this.config = config;
        this.variables = VariableTable.of(config);
        for (HttpServerConfig server : config.servers()) {
            servers.add(Routing.compile(server, variables, location -> location.match().toString()));
        }
        ServerNames.Builder<Routing<String>> builder = new ServerNames.Builder<>(servers.getFirst(), variables);
        for (int i = 0; i < servers.size(); i++) {
            builder.add(config.servers().get(i).names(), servers.get(i));
        }
        this.names = builder.build();
    }

    /// The inside of the block, as for [io.sluice.testing.RunningNginx#startHttp].
    static RoutedHttp of(String http) {
        Diagnostics diagnostics = new Diagnostics();
        BindingEnvironment environment =
                BindingEnvironment.of(Path.of("/prefix"), Path.of("/prefix/conf"), RoutedHttp::check);
        String text = "worker_processes 1;\nevents {}\nhttp {\n" + http.replace("127.0.0.1:0", "127.0.0.1:8080").replace("${dir}", "/prefix") + "\n}\n";
        return new Binder(environment, diagnostics)
                .bind(ConfigParser.parse(SourceText.of("nginx.conf", text), diagnostics))
                .map(bound -> new RoutedHttp(bound.http()))
                .orElseThrow(() -> new AssertionError(diagnostics.all().toString()));
    }

    /// The same, of directives of one server.
    static RoutedHttp server(String directives) {
        return of("server {\nlisten 127.0.0.1:0;\n" + directives + "\n}\n");
    }

    HttpConfig config() {
        return config;
    }

    VariableTable variables() {
        return variables;
    }

    /// The first server.
    Routing<String> first() {
        return servers.getFirst();
    }

    FakeRequest request() {
        return new FakeRequest(variables);
    }

    /// Where a request goes; null when its target is none.
    @Nullable Routed<String> route(FakeRequest request, String target, String host) {
        HostName name = HostName.parse(host);
        if (name == null || !request.target().parse(target, true)) {
            return null;
        }
        HostName authority = request.target().authority();
        return names.find(authority == null ? name.name() : authority.name(), request).route(request);
    }

    /// What is answered, as [Answer#of] tells it of nginx: a proxied request by its URI upstream, a file by its absence.
    Answer ask(String target) {
        return ask(target, "localhost");
    }

    Answer ask(String target, String host) {
        FakeRequest request = request().with("host", host);
        Routed<String> routed = route(request, target, host);
        return routed == null ? new Answer(400, "", "") : answer(routed, request);
    }

    Answer answer(Routed<String> routed, FakeRequest request) {
        return switch (routed) {
            case Routed.Continue<String>(Location<String> location) -> handled(location, request);
            case Routed.Redirect<String>(_, int status, String url) -> new Answer(status, url, "");
            case Routed.Respond<String>(_, int status, String text) -> new Answer(status, "", text == null ? "" : text);
            case Routed.CloseSilently<String> _ -> new Answer(444, "", "");
            case Routed.TooManyCycles<String> _, Routed.EmptyUri<String> _ -> new Answer(500, "", "");
        };
    }

    private Answer handled(Location<String> location, FakeRequest request) {
        return switch (location.config().handler()) {
            case LocationHandler.Files _ -> new Answer(404, "", "");
            case LocationHandler.ProxyPass pass ->
                new Answer(200, "", UpstreamUri.of(location, pass.uri(), request.target()));
            case LocationHandler.ComputedProxyPass(_, TemplateConfig template) -> {
                ProxyUrl url = ProxyUrl.parse(variables.compile(template).evaluate(request));
                yield url == null
                        ? new Answer(500, "", "")
                        : new Answer(200, "", UpstreamUri.of(url, request.target()));
            }
        };
    }

    private static Optional<PatternCheck.Problem> check(String pattern, boolean ignoreCase) {
        try {
            RegularExpression.compile(pattern, ignoreCase);
            return Optional.empty();
        } catch (InvalidExpressionException e) {
            return Optional.of(new PatternCheck.Problem(e.getMessage(), e.index()));
        }
    }
}
