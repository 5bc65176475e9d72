package io.sluice.bench.config;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import io.sluice.bench.BoundText;
import io.sluice.config.model.HttpConfig;
import io.sluice.http.routing.Routed;
import io.sluice.http.routing.Routing;
import io.sluice.variable.VariableTable;

/// How long does it take to read a request's target and to find its location, among so many? Confined to the benchmark's
/// thread.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the set-up
public class LocationBenchmark {

    private static final int EXPRESSIONS = 5;

    /// Locations with a prefix, and as many for exactly one path.
    @Param({"10", "1000"})
    public int locations;

    private Routing<String> names;

    private BareRequest nameRequest;

    private Routing<String> expressions;

    private BareRequest expressionRequest;

    private String[] below;

    private String[] exact;

    private int next;

    /// For JMH.
    public LocationBenchmark() {}

    /// Compiles one server with names alone, and one with expressions before which its names have to wait.
    @Setup(Level.Trial)
    public void build() {
        StringBuilder byName = new StringBuilder();
        below = new String[locations];
        exact = new String[locations];
        for (int i = 0; i < locations; i++) {
            byName.append(location("/application" + i + "/")).append(location("= /exact" + i));
            below[i] = "/application" + i + "/page";
            exact[i] = "/exact" + i;
        }
        StringBuilder byExpression = new StringBuilder(byName);
        for (int i = 0; i < EXPRESSIONS; i++) {
            byExpression.append(location("~ ^/expression" + i + "/.*[.]cgi$"));
        }
        HttpConfig http = server(byName);
        VariableTable variables = VariableTable.of(http);
        names = Routing.compile(http.servers().getFirst(), variables, _ -> "");
        nameRequest = new BareRequest(variables);
        HttpConfig other = server(byExpression);
        VariableTable others = VariableTable.of(other);
        expressions = Routing.compile(other.servers().getFirst(), others, _ -> "");
        expressionRequest = new BareRequest(others);
    }

    private static String location(String match) {
        return "location " + match + " { proxy_pass http://127.0.0.1:8010; }\n";
    }

    private static HttpConfig server(CharSequence directives) {
        return BoundText.of("""
                worker_processes 1;
                events {}
                http {
                    access_log off;
                    server {
                        listen 127.0.0.1:8080;
                        %s
                        location / { root html; }
                    }
                }
                """.formatted(directives)).http();
    }

    private int chosen() {
        next = next + 1 == locations ? 0 : next + 1;
        return next;
    }

    /// A path below one of the prefixes.
    @Benchmark
    public Routed<String> prefix() {
        return route(names, nameRequest, below[chosen()]);
    }

    /// A path that a location is for exactly.
    @Benchmark
    public Routed<String> exact() {
        return route(names, nameRequest, exact[chosen()]);
    }

    /// A path below one of the prefixes, where five expressions have to say no first.
    @Benchmark
    public Routed<String> prefixBehindExpressions() {
        return route(expressions, expressionRequest, below[chosen()]);
    }

    /// A path that the last of five expressions is for.
    @Benchmark
    public Routed<String> expression() {
        return route(expressions, expressionRequest, "/expression4/script.cgi");
    }

    private static Routed<String> route(Routing<String> routing, BareRequest request, String target) {
        if (!request.target().parse(target, true)) {
            throw new IllegalStateException("not a target: " + target);
        }
        return routing.route(request);
    }
}
