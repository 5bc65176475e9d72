package io.sluice.stream;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.Endpoint;
import io.sluice.config.model.PeerConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.UpstreamConfig;
import io.sluice.resolve.AddressText;
import io.sluice.session.ErrorSink;
import io.sluice.upstream.Balancer;
import io.sluice.upstream.PeerStates;
import io.sluice.upstream.UpstreamGroup;

/// Groups of one peer for the addresses that a `proxy_pass` with variables came to. Confined to its worker's event loop.
///
/// The most recently used are kept, since the addresses may come from what strangers send.
public final class ComputedTargets {

    private static final int MAX_KEPT = 1024;

    private final PeerStates states;

    private final ErrorSink errors;

    private final Map<String, Balancer> recent = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Balancer> eldest) {
            return size() > MAX_KEPT;
        }
    };

    /// @param states the process's memory of its peers
    public ComputedTargets(PeerStates states, ErrorSink errors) {
        this.states = states;
        this.errors = errors;
    }

    /// A balancer for `address:port` or `unix:path`; null when the text is neither (names need a resolver).
    public @Nullable Balancer balancer(String target) {
        Balancer known = recent.get(target);
        if (known != null) {
            return known;
        }
        Optional<Address> address = AddressText.parse(target);
        if (address.isEmpty()) {
            return null;
        }
        Balancer made = group(target, address.get()).balancerForWorker();
        recent.put(target, made);
        return made;
    }

    private UpstreamGroup group(String name, Address address) {
        Endpoint endpoint = switch (address) {
            case Address.Ip ip -> new Endpoint.Host(ip.host().getHostAddress(), ip.port());
            case Address.Unix unix -> new Endpoint.Unix(unix.path());
        };
        UpstreamConfig config = new UpstreamConfig(
                Position.NONE, name, true, List.of(PeerConfig.of(Position.NONE, endpoint)),
                new BalancingPolicy.RoundRobin(), Optional.empty());
        return UpstreamGroup.create(config, _ -> List.of(address), states, errors);
    }
}
