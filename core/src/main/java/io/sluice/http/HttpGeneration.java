package io.sluice.http;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.UpstreamConfig;
import io.sluice.resolve.Answer;
import io.sluice.stream.ComputedTargets;
import io.sluice.stream.WorkerGeneration;
import io.sluice.upstream.Balancer;
import io.sluice.upstream.IdleConnections;
import io.sluice.upstream.KeptConnection;
import io.sluice.upstream.Peer;
import io.sluice.variable.VariableTable;

/// What one worker holds for the http block of one generation: balancers and kept connections to peers. Confined to its
/// worker's event loop.
public final class HttpGeneration {

    private final WorkerHttp worker;

    private final HttpServers servers;

    private final WorkerGeneration members;

    private final Map<String, Supplier<Balancer>> balancers;

    private final ComputedTargets computedTargets;

    private final Map<String, IdleConnections<UpstreamConnection>> idle = new HashMap<>();

    private final UpstreamConnector connector;

    /// @param members counts the exchanges that the generation waits for
    /// @param balancers this worker's, by the name of their group; asked for each exchange, since peers may change
    public HttpGeneration(
            WorkerHttp worker, HttpServers servers, WorkerGeneration members, Map<String, Supplier<Balancer>> balancers,
            ComputedTargets computedTargets) {
        this.worker = worker;
        this.servers = servers;
        this.members = members;
        this.balancers = Map.copyOf(balancers);
        this.computedTargets = computedTargets;
        this.connector = new UpstreamConnector(worker);
    }

    HttpServers servers() {
        return servers;
    }

    WorkerGeneration members() {
        return members;
    }

    VariableTable variables() {
        return servers.variables();
    }

    UpstreamConnector connector() {
        return connector;
    }

    /// The balancer of a group; null when there is no such group.
    @Nullable Balancer balancer(String upstream) {
        Supplier<Balancer> its = balancers.get(upstream);
        return its == null ? null : its.get();
    }

    /// The balancer of a literal address; null when it is none.
    @Nullable Balancer addressed(String address) {
        return computedTargets.balancer(address);
    }

    /// The balancer of a name's addresses.
    ///
    /// @param target what the variables came to, with a port
    Balancer resolved(String target, int port, Answer answer) {
        return computedTargets.balancer(target, port, answer);
    }

    /// A kept connection to a peer; null: there is none.
    @Nullable UpstreamConnection take(ProxyTarget target, Peer peer) {
        IdleConnections<UpstreamConnection> kept = idle.get(target.group());
        if (kept == null) {
            return null;
        }
        KeptConnection<UpstreamConnection> found = kept.take(peer.address(), target.identity());
        while (found != null && !found.connection().isOpen()) {
            found = kept.take(peer.address(), target.identity());
        }
        return found == null ? null : found.connection();
    }

    /// Keeps a connection for the next request, or closes it.
    void giveBack(ProxyTarget target, UpstreamConnection connection, long nowNanos) {
        IdleConnections<UpstreamConnection> kept = idle(target.group());
        KeptConnection<UpstreamConnection> place = connection.kept();
        if (kept == null || place == null || !connection.isOpen() || !kept.put(place, nowNanos)) {
            connection.close();
        } else {
            connection.idle(() -> kept.remove(place));
        }
    }

    private @Nullable IdleConnections<UpstreamConnection> idle(String group) {
        IdleConnections<UpstreamConnection> kept = idle.get(group);
        if (kept == null) {
            UpstreamConfig config = servers.upstream(group);
            UpstreamConfig.KeepAlive keepAlive = config == null ? null : config.keepAlive().orElse(null);
            if (keepAlive == null || keepAlive.connections() == 0) {
                return null;
            }
            kept = new IdleConnections<>(keepAlive, worker.resources().wheel(), UpstreamConnection::close);
            idle.put(group, kept);
        }
        return kept;
    }

    /// Whether connections to a group are kept.
    boolean keeps(String group) {
        UpstreamConfig config = servers.upstream(group);
        return config != null && config.keepAlive().filter(keepAlive -> keepAlive.connections() > 0).isPresent();
    }

    /// No exchange begins any more: kept connections are closed, and none is kept.
    public void retire() {
        idle.values().forEach(IdleConnections::retire);
    }
}
