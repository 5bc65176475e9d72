package io.sluice.config.binding;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import io.sluice.config.model.HttpServerConfig;
import io.sluice.config.model.LocationConfig;
import io.sluice.config.model.LogTarget;
import io.sluice.config.model.ProxyConfig;
import io.sluice.config.model.StreamServerConfig;
import io.sluice.config.model.UpstreamConfig;
import io.sluice.config.syntax.ConfigParser;
import io.sluice.config.syntax.Diagnostic;
import io.sluice.config.syntax.Diagnostics;
import io.sluice.config.syntax.ParsedConfig;
import io.sluice.config.syntax.SourceText;

/// What parser and binder make of a text, in an environment with nothing of this machine in it. Used by tests.
record Bound(Optional<ProxyConfig> result, List<Diagnostic> diagnostics) {

    /// One processor, so that an absent `worker_processes` is not worth a notice.
    static final BindingEnvironment ENVIRONMENT = environment(1, true);

    static BindingEnvironment environment(int processors, boolean superuser) {
        return new BindingEnvironment(
                Path.of("/prefix"), Path.of("/prefix/conf"), processors, superuser, Path.of("sluice.pid"),
                new LogTarget.StandardError(), Bound::compile, Bound::addresses);
    }

    private static Optional<PatternCheck.Problem> compile(String pattern, boolean ignoreCase) {
        try {
            Pattern.compile(pattern.replace("?P<", "?<"), ignoreCase ? Pattern.CASE_INSENSITIVE : 0);
            return Optional.empty();
        } catch (PatternSyntaxException e) {
            return Optional.of(new PatternCheck.Problem(e.getDescription(), Math.max(0, e.getIndex())));
        }
    }

    private static List<InetAddress> addresses(String host) {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        return Map.of("localhost", List.of(loopback)).getOrDefault(host, List.of());
    }

    static Bound of(String text) {
        return of(text, ENVIRONMENT);
    }

    static Bound of(String text, BindingEnvironment environment) {
        Diagnostics diagnostics = new Diagnostics();
        ParsedConfig parsed = ConfigParser.parse(SourceText.of("nginx.conf", text), diagnostics);
        Optional<ProxyConfig> result = new Binder(environment, diagnostics).bind(parsed);
        return new Bound(result, diagnostics.all());
    }

    /// Directives of the stream block, beside a plain server and an `events` block.
    static Bound stream(String directives) {
        return of("events {}\nstream {\n" + directives + "\nserver { listen 1; proxy_pass 127.0.0.1:2; }\n}\n");
    }

    /// Directives of a server that listens on port 1 and proxies.
    static Bound server(String directives) {
        return of("events {}\nstream {\nserver {\nlisten 1;\nproxy_pass 127.0.0.1:2;\n" + directives + "\n}\n}\n");
    }

    /// Lines of an upstream that a server uses.
    static Bound upstream(String directives) {
        return of("events {}\nstream {\nupstream u {\n" + directives + "\n}\nserver { listen 1; proxy_pass u; }\n}\n");
    }

    /// Directives of the http block.
    static Bound http(String directives) {
        return of("events {}\nhttp {\n" + directives + "\n}\n");
    }

    /// Directives of a server of http that listens on port 8080.
    static Bound httpServer(String directives) {
        return http("server {\nlisten 8080;\n" + directives + "\n}");
    }

    /// Directives of `location /`, the only one of its server.
    static Bound location(String directives) {
        return httpServer("location / {\n" + directives + "\n}");
    }

    /// The first server of the http block.
    HttpServerConfig firstHttpServer() {
        return config().http().servers().getFirst();
    }

    /// The first location of the first server.
    LocationConfig firstLocation() {
        return firstHttpServer().root().nested().getFirst();
    }

    /// The configuration, of which nothing but it may have been said.
    ProxyConfig config() {
        if (!diagnostics.isEmpty() || result.isEmpty()) {
            throw new AssertionError("unexpected: " + lines());
        }
        return result.get();
    }

    StreamServerConfig onlyServer() {
        return config().stream().servers().getFirst();
    }

    UpstreamConfig upstreamNamed(String name) {
        return Objects.requireNonNull(config().stream().upstreams().get(name));
    }

    /// Diagnostics as `error some-code 3:14 message`.
    List<String> lines() {
        return diagnostics.stream()
                .map(d -> "%s %s %d:%d %s".formatted(
                        d.severity().name().toLowerCase(Locale.ROOT), d.code(), d.position().line(),
                        d.position().column(), d.message()))
                .toList();
    }

    /// The messages alone.
    List<String> messages() {
        return diagnostics.stream().map(Diagnostic::message).toList();
    }

    /// The hints, in order.
    List<String> hints() {
        return diagnostics.stream().flatMap(d -> d.hint().stream()).toList();
    }
}
