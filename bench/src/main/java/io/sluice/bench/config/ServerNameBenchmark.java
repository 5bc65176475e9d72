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
import io.sluice.config.model.HttpServerConfig;
import io.sluice.route.ServerNames;
import io.sluice.variable.VariableTable;

/// How long does it take to find the server that a request's host means, among so many? Confined to the benchmark's thread.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the set-up
public class ServerNameBenchmark {

    /// Servers on one address, each with a name and a wildcard.
    @Param({"10", "1000"})
    public int servers;

    private ServerNames<HttpServerConfig> names;

    private String[] exact;

    private String[] below;

    private int next;

    /// For JMH.
    public ServerNameBenchmark() {}

    /// Collects the names.
    @Setup(Level.Trial)
    public void build() {
        HttpConfig http = BoundText.of(ManyServers.text(servers)).http();
        ServerNames.Builder<HttpServerConfig> builder =
                new ServerNames.Builder<>(http.servers().getFirst(), VariableTable.of(http));
        http.servers().forEach(server -> builder.add(server.names(), server));
        names = builder.build();
        exact = new String[servers];
        below = new String[servers];
        for (int i = 0; i < servers; i++) {
            exact[i] = "s" + i + ".example.com";
            below[i] = "www.s" + i + ".example.org";
        }
    }

    private int chosen() {
        next = next + 1 == servers ? 0 : next + 1;
        return next;
    }

    /// A name as it is written.
    @Benchmark
    public HttpServerConfig exact() {
        return names.find(exact[chosen()]);
    }

    /// A name that a wildcard covers.
    @Benchmark
    public HttpServerConfig wildcard() {
        return names.find(below[chosen()]);
    }

    /// A name that no server has: the default server's.
    @Benchmark
    public HttpServerConfig unknown() {
        return names.find("www.example.net");
    }
}
