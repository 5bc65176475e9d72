package io.sluice.upstream;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import io.sluice.config.model.Address;
import io.sluice.config.model.Endpoint;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.PeerConfig;
import io.sluice.config.model.ResolverConfig;
import io.sluice.config.model.UpstreamConfig;
import io.sluice.resolve.Answer;
import io.sluice.resolve.LookupError;
import io.sluice.resolve.NameServers;
import io.sluice.resolve.Question;
import io.sluice.resolve.ResolverLoop;
import io.sluice.session.ErrorSink;

/// A group some of whose peers are resolved while the server runs: each change of their addresses makes a new [UpstreamGroup].
/// Thread-safe.
///
/// Sessions that begin get the newest one; those that run keep theirs, and with it their peer. Failures and counts belong to
/// the address, so they are the same in all of them. Until a name is resolved its line has no peers; a look-up that fails
/// changes nothing, only "no such name" leaves the line without peers, as in nginx.
///
///     ResolvedGroup group = ResolvedGroup.create(config, resolution::addresses, resolver, states, errors);
///     group.start(resolver);      // its generation is effective
///     group.stop();               // another one is
public final class ResolvedGroup implements PeerSource {

    private final UpstreamConfig config;

    private final NameServers servers;

    private final PeerStates states;

    private final ErrorSink errors;

    /// For each `server` line its peers; under the monitor.
    private final List<List<PeerLine>> lines = new ArrayList<>();

    /// Under the monitor.
    private final List<ResolverLoop.Watch> watches = new ArrayList<>();

    private volatile Balancer balancer;

    /// Makes a group with what is known already: the resolver's last answers. Asks nobody.
    ///
    /// @param addresses of the lines that were resolved at start
    /// @throws IllegalArgumentException as [UpstreamGroup#create]
    public static ResolvedGroup create(
            UpstreamConfig config, Function<Endpoint, List<Address>> addresses, ResolverLoop resolver, PeerStates states,
            ErrorSink errors) {
        ResolverConfig whom = config.resolver().resolver().orElseThrow(
                () -> new IllegalArgumentException("no resolver defined to resolve names at run time in upstream \""
                        + config.name() + "\""));
        return new ResolvedGroup(config, NameServers.of(whom), addresses, resolver, states, errors);
    }

    private ResolvedGroup(
            UpstreamConfig config, NameServers servers, Function<Endpoint, List<Address>> addresses, ResolverLoop resolver,
            PeerStates states, ErrorSink errors) {
        this.config = config;
        this.servers = servers;
        this.states = states;
        this.errors = errors;
        for (PeerConfig line : config.peers()) {
            if (line.resolve().isEmpty()) {
                lines.add(addresses.apply(line.endpoint()).stream().map(address -> new PeerLine(line, address)).toList());
            } else {
                Answer last = resolver.last(question(line));
                lines.add(last == null ? List.of() : lines(line, last));
            }
        }
        this.balancer = build();
    }

    /// Whether a group has to be one.
    public static boolean isOne(UpstreamConfig config) {
        return config.peers().stream().anyMatch(line -> line.resolve().isPresent());
    }

    @Override
    public Supplier<Balancer> forWorker() {
        return () -> balancer;
    }

    /// Asks from now on, and whenever an answer holds no longer.
    public synchronized void start(ResolverLoop resolver) {
        long timeoutNanos = TimeUnit.NANOSECONDS.convert(config.resolver().timeout());
        for (int i = 0; i < config.peers().size(); i++) {
            PeerConfig line = config.peers().get(i);
            if (line.resolve().isPresent()) {
                int index = i;
                Question question = question(line);
                watches.add(resolver.watch(question, timeoutNanos, answer -> onAnswer(index, question, answer)));
            }
        }
    }

    /// Asks no more; the peers stay as they are. Idempotent.
    public synchronized void stop() {
        watches.forEach(ResolverLoop.Watch::stop);
        watches.clear();
    }

    private Question question(PeerConfig line) {
        if (!(line.endpoint() instanceof Endpoint.Host(String host, int _))) {
            throw new IllegalStateException("no name: " + line.endpoint());
        }
        String service = line.resolve().map(PeerConfig.Resolve::service).orElse("");
        return service.isEmpty() ? Question.addresses(servers, host) : Question.service(servers, host, service);
    }

    private synchronized void onAnswer(int index, Question question, Answer answer) {
        LookupError error = answer.error();
        if (error != null) {
            errors.log(LogLevel.ERROR, error.message(question));
            if (error != LookupError.NOT_FOUND) {
                return;
            }
        }
        List<PeerLine> before = lines.get(index);
        List<PeerLine> now = lines(config.peers().get(index), answer);
        Set<PeerLine> fresh = new LinkedHashSet<>(now);
        if (fresh.equals(new HashSet<>(before))) {
            return;
        }
        // Those that stay keep their order: servers turn their answers round.
        List<PeerLine> after = new ArrayList<>(before.stream().filter(fresh::remove).toList());
        after.addAll(fresh);
        lines.set(index, List.copyOf(after));
        try {
            balancer = build();
            tell(question, after);
        } catch (IllegalArgumentException e) {
            lines.set(index, before);
            errors.log(LogLevel.ERROR, question + " gives no usable peers: " + e.getMessage());
        }
    }

    private void tell(Question question, List<PeerLine> peers) {
        if (errors.admits(LogLevel.INFO)) {
            errors.log(LogLevel.INFO, question + " of upstream \"" + config.name() + "\" is "
                    + (peers.isEmpty()
                            ? "nowhere"
                            : peers.stream().map(peer -> peer.address().toString()).collect(Collectors.joining(", "))));
        }
    }

    /// The peers of a line. Of SRV records those of the lowest priority are what the line says, primary or backup; the others
    /// are backups of a primary line, and left out of a backup's.
    private static List<PeerLine> lines(PeerConfig line, Answer answer) {
        int port = line.endpoint() instanceof Endpoint.Host(String _, int written) ? written : 0;
        int first = answer.found().stream().mapToInt(Answer.Found::priority).min().orElse(0);
        Set<PeerLine> peers = new LinkedHashSet<>();
        for (Answer.Found found : answer.found()) {
            boolean later = found.priority() != first;
            if (found.target().isEmpty()) {
                peers.add(new PeerLine(line, new Address.Ip(found.address(), port)));
            } else if (!later || !line.backup()) {
                peers.add(new PeerLine(service(line, found, later), new Address.Ip(found.address(), found.port())));
            }
        }
        return List.copyOf(peers);
    }

    private static PeerConfig service(PeerConfig line, Answer.Found found, boolean later) {
        return new PeerConfig(
                line.position(), new Endpoint.Host(found.target(), found.port()),
                line.weight() == 1 ? found.weight() : line.weight(), line.maxConnections(), line.maxFails(),
                line.failTimeout(), line.backup() || later, line.down(), line.route(), line.drain(), line.resolve());
    }

    private Balancer build() {
        List<PeerLine> all = lines.stream().flatMap(List::stream).toList();
        return UpstreamGroup.of(config, all, states, errors).balancerForWorker();
    }

    @Override
    public String toString() {
        return config.name();
    }
}
