package io.sluice.bench.balance;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

import io.sluice.bench.Silence;
import io.sluice.config.model.Address;
import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.Endpoint;
import io.sluice.config.model.PeerConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.UpstreamConfig;
import io.sluice.upstream.Balancer;
import io.sluice.upstream.PeerStates;
import io.sluice.upstream.Selection;
import io.sluice.upstream.UpstreamGroup;

/// What does it cost a session to get a peer and to give it back, and how does that grow with the group? Confined to the
/// benchmark's thread.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls the set-up
public class BalancerBenchmark {

    private static final int FIRST_PORT = 10_000;

    /// Peers in the group.
    @Param({"3", "32", "256"})
    public int peers;

    /// The `upstream` block's policy.
    @Param({"round_robin", "least_conn", "random_two"})
    public String policy;

    private Balancer balancer;

    private long nowNanos;

    /// For JMH.
    public BalancerBenchmark() {}

    /// Builds the group.
    @Setup(Level.Trial)
    public void build() {
        List<PeerConfig> lines = new ArrayList<>();
        for (int i = 0; i < peers; i++) {
            lines.add(PeerConfig.of(Position.NONE, new Endpoint.Host("127.0.0.1", FIRST_PORT + i)));
        }
        UpstreamConfig config =
                new UpstreamConfig(Position.NONE, "backend", false, lines, balancingPolicy(), Optional.empty());
        balancer = UpstreamGroup.create(config, BalancerBenchmark::literal, new PeerStates(), new Silence())
                .balancerForWorker();
    }

    private BalancingPolicy balancingPolicy() {
        return switch (policy) {
            case "round_robin" -> new BalancingPolicy.RoundRobin();
            case "least_conn" -> new BalancingPolicy.LeastConnections();
            case "random_two" -> new BalancingPolicy.Random(true);
            default -> throw new IllegalArgumentException(policy);
        };
    }

    private static List<Address> literal(Endpoint endpoint) {
        Endpoint.Host host = (Endpoint.Host) endpoint;
        return List.of(new Address.Ip(InetAddress.ofLiteral(host.host()), host.port()));
    }

    /// One session's selection.
    @Benchmark
    public boolean selection() {
        Selection selection = new Selection(balancer, 1);
        boolean chosen = selection.next(++nowNanos) != null;
        selection.connected();
        selection.release();
        return chosen;
    }
}
