package io.sluice.upstream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.Endpoint;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.PeerConfig;
import io.sluice.config.model.UpstreamConfig;
import io.sluice.session.ErrorSink;

/// One upstream group of one generation: an `upstream {}` block, or the implicit group of a `proxy_pass` to an address.
/// Immutable.
///
/// A `server` line whose name has n addresses is n peers, each with the line's weight and limits.
public final class UpstreamGroup implements PeerSource {

    private final UpstreamConfig config;

    private final List<Peer> peers;

    private final Tier primaries;

    private final @Nullable Tier backups;

    private final @Nullable KetamaRing ring;

    private final ErrorSink errors;

    private final @Nullable Stickiness stickiness;

    // With `zone`: the one balancer of all workers.
    private final @Nullable Balancer shared;

    /// Builds a group; called for each generation, off the loops.
    ///
    /// @param addresses what each endpoint resolved to, at least one address
    /// @param states the process's memory of its peers
    /// @throws IllegalArgumentException when all peers are backups, which the binder reports before, or when a consistent
    /// hash would need more points than a ring has room for
    public static UpstreamGroup create(
            UpstreamConfig config, Function<Endpoint, List<Address>> addresses, PeerStates states, ErrorSink errors) {
        List<PeerLine> lines = new ArrayList<>();
        for (PeerConfig line : config.peers()) {
            for (Address address : addresses.apply(line.endpoint())) {
                lines.add(new PeerLine(line, address));
            }
        }
        return of(config, lines, states, errors);
    }

    /// As [#create], of lines whose addresses are known. A group whose names are resolved while the server runs may be empty.
    static UpstreamGroup of(UpstreamConfig config, List<PeerLine> lines, PeerStates states, ErrorSink errors) {
        states.expungeIfGrown();
        return new UpstreamGroup(config, lines, states, errors);
    }

    private UpstreamGroup(UpstreamConfig config, List<PeerLine> lines, PeerStates states, ErrorSink errors) {
        this.config = config;
        this.errors = errors;
        this.peers = peers(config, lines, states);
        this.primaries = new Tier(only(Predicate.not(Peer::backup)), config.sticky().isPresent());
        if (primaries.size() == 0 && !ResolvedGroup.isOne(config)) {
            throw new IllegalArgumentException("no servers in upstream \"" + config.name() + "\"");
        }
        List<Peer> reserve = only(Peer::backup);
        this.backups = reserve.isEmpty() ? null : new Tier(reserve, config.sticky().isPresent());
        this.ring = config.policy() instanceof BalancingPolicy.Hash hash && hash.consistent()
                ? new KetamaRing(primaries)
                : null;
        this.stickiness = config.sticky()
                .map(sticky -> Stickiness.create(sticky, config.name(), states))
                .orElse(null);
        this.shared = config.zone().isPresent() ? Balancer.create(this, new SplittableRandom()) : null;
    }

    /// The block's name, or the address as written.
    public String name() {
        return config.name();
    }

    /// The policy; a session evaluates [BalancingPolicy.Hash#key] for its [Selection].
    public BalancingPolicy policy() {
        return config.policy();
    }

    /// How sessions keep their peer; null when they do not.
    public @Nullable Stickiness stickiness() {
        return stickiness;
    }

    /// All peers in the order of the configuration.
    public List<Peer> peers() {
        return peers;
    }

    /// The balancer for one worker: its own, or with `zone` that of all workers.
    public Balancer balancerForWorker() {
        return shared != null ? shared : Balancer.create(this, new SplittableRandom());
    }

    @Override
    public Supplier<Balancer> forWorker() {
        Balancer own = balancerForWorker();
        return () -> own;
    }

    Tier primaries() {
        return primaries;
    }

    @Nullable Tier backups() {
        return backups;
    }

    /// The ring of a consistent hash, computed once for all workers.
    KetamaRing ring() {
        if (ring == null) {
            throw new IllegalStateException("no consistent hash in upstream \"" + name() + "\"");
        }
        return ring;
    }

    /// Whether all workers balance with one another.
    boolean shared() {
        return config.zone().isPresent();
    }

    /// Whether it is a group of one peer.
    boolean alone() {
        return peers.size() == 1;
    }

    /// How many attempts a session has: peers that are not marked down.
    int tries() {
        return primaries.candidates() + (backups == null ? 0 : backups.candidates());
    }

    int largestTier() {
        return Math.max(primaries.size(), backups == null ? 0 : backups.size());
    }

    void reportDisabled(Peer peer, long connection) {
        report("upstream server temporarily disabled", peer, connection);
    }

    void reportBack(Peer peer, long connection) {
        report("upstream server is available again", peer, connection);
    }

    private void report(String what, Peer peer, long connection) {
        if (errors.admits(LogLevel.WARN)) {
            errors.log(LogLevel.WARN, connection,
                    what + " while connecting to upstream, upstream: \"" + peer.name() + "\"");
        }
    }

    private List<Peer> only(Predicate<Peer> condition) {
        return peers.stream().filter(condition).toList();
    }

    private static List<Peer> peers(UpstreamConfig config, List<PeerLine> lines, PeerStates states) {
        Map<PeerStates.Key, Integer> occurrences = new HashMap<>();
        List<Peer> peers = new ArrayList<>();
        for (PeerLine line : lines) {
            PeerStates.Key first =
                    new PeerStates.Key(config.name(), line.config().endpoint().toString(), line.address(), 0);
            int occurrence = occurrences.merge(first, 1, Integer::sum) - 1;
            PeerStates.Key key = new PeerStates.Key(first.group(), first.serverName(), first.address(), occurrence);
            peers.add(new Peer(line.config(), line.address(), lines.size() == 1, states.of(key)));
        }
        return List.copyOf(peers);
    }

    @Override
    public String toString() {
        return name();
    }
}
