package io.sluice.stream;

import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.Endpoint;
import io.sluice.config.model.PeerConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.UpstreamConfig;
import io.sluice.resolve.AddressText;
import io.sluice.resolve.Answer;
import io.sluice.session.ErrorSink;
import io.sluice.upstream.Balancer;
import io.sluice.upstream.PeerStates;
import io.sluice.upstream.UpstreamGroup;

/// Groups for the addresses and names that a `proxy_pass` with variables came to. Confined to its worker's event loop.
///
/// The most recently used are kept, since they may come from what strangers send.
public final class ComputedTargets {

    private static final int MAX_KEPT = 1024;

    /// Of one name: no session tries more, and names may be a stranger's.
    private static final int MAX_ADDRESSES = 32;

    private final PeerStates states;

    private final ErrorSink errors;

    private final Map<String, Target> recent = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Target> eldest) {
            return size() > MAX_KEPT;
        }
    };

    /// @param answer what the name resolved to; null: it is an address
    private record Target(Balancer balancer, @Nullable Answer answer) {}

    /// @param states the process's memory of its peers
    public ComputedTargets(PeerStates states, ErrorSink errors) {
        this.states = states;
        this.errors = errors;
    }

    /// A balancer for `address:port` or `unix:path`; null when the text is neither.
    public @Nullable Balancer balancer(String target) {
        Target known = recent.get(target);
        if (known != null) {
            return known.answer() == null ? known.balancer() : null;
        }
        Optional<Address> address = AddressText.parse(target);
        if (address.isEmpty()) {
            return null;
        }
        Balancer made = group(target, line(address.get()), List.of(address.get())).balancerForWorker();
        recent.put(target, new Target(made, null));
        return made;
    }

    /// A balancer for the addresses of a name; the same as before unless they have changed.
    ///
    /// @param target what the variables came to
    public Balancer balancer(String target, int port, Answer answer) {
        Target known = recent.get(target);
        Answer before = known == null ? null : known.answer();
        if (known != null && answer.equals(before)) {
            return known.balancer();
        }
        Balancer made = known != null && before != null && addresses(before).equals(addresses(answer))
                ? known.balancer()
                : group(target, line(target, port), withPort(answer, port)).balancerForWorker();
        recent.put(target, new Target(made, answer));
        return made;
    }

    private static Set<Answer.Found> addresses(Answer answer) {
        return new HashSet<>(answer.found());
    }

    private static List<Address> withPort(Answer answer, int port) {
        return answer.found().stream().<Address>map(found -> new Address.Ip(found.address(), port)).distinct()
                .limit(MAX_ADDRESSES).toList();
    }

    private static PeerConfig line(Address address) {
        Endpoint endpoint = switch (address) {
            case Address.Ip ip -> new Endpoint.Host(ip.host().getHostAddress(), ip.port());
            case Address.Unix unix -> new Endpoint.Unix(unix.path());
        };
        return PeerConfig.of(Position.NONE, endpoint);
    }

    /// As in nginx every session tries the addresses anew: no failure puts one to rest.
    private static PeerConfig line(String target, int port) {
        int colon = target.lastIndexOf(':');
        return new PeerConfig(
                Position.NONE, new Endpoint.Host(colon < 0 ? target : target.substring(0, colon), port), 1, 0, 0,
                Duration.ofSeconds(10), false, false, "", false, Optional.empty());
    }

    private UpstreamGroup group(String name, PeerConfig line, List<Address> addresses) {
        UpstreamConfig config = new UpstreamConfig(
                Position.NONE, name, true, List.of(line), new BalancingPolicy.RoundRobin(), Optional.empty());
        return UpstreamGroup.create(config, _ -> addresses, states, errors);
    }
}
