package io.sluice.upstream;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

import io.sluice.config.model.Address;
import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.ByteSize;
import io.sluice.config.model.Endpoint;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.PeerConfig;
import io.sluice.config.model.Position;
import io.sluice.config.model.ResolverOptions;
import io.sluice.config.model.UpstreamConfig;
import io.sluice.session.ErrorSink;

/// Builds groups as a configuration would, and keeps what they report.
final class GroupFixture implements ErrorSink {

    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    static final long SECOND = Duration.ofSeconds(1).toNanos();

    final PeerStates states = new PeerStates();

    final List<String> reports = new CopyOnWriteArrayList<>();

    private final BalancingPolicy policy;

    private final List<PeerConfig> lines = new ArrayList<>();

    private boolean zone;

    private Optional<UpstreamConfig.Sticky> sticky = Optional.empty();

    GroupFixture(BalancingPolicy policy) {
        this.policy = policy;
    }

    /// `server 127.0.0.1:PORT`, with parameters; ports count up from 41001.
    GroupFixture server(UnaryOperator<ServerLine> parameters) {
        Endpoint endpoint = new Endpoint.Host("127.0.0.1", 41001 + lines.size());
        lines.add(parameters.apply(new ServerLine(PeerConfig.of(Position.NONE, endpoint))).config());
        return this;
    }

    GroupFixture servers(int... weights) {
        for (int weight : weights) {
            server(line -> line.weight(weight));
        }
        return this;
    }

    GroupFixture equalServers(int count) {
        for (int i = 0; i < count; i++) {
            server(line -> line);
        }
        return this;
    }

    GroupFixture zone() {
        zone = true;
        return this;
    }

    GroupFixture sticky(UpstreamConfig.Sticky how) {
        sticky = Optional.of(how);
        return this;
    }

    /// A new generation of the group on the same states.
    UpstreamGroup build() {
        return UpstreamGroup.create(
                new UpstreamConfig(Position.NONE, "backend", false, lines, policy,
                        zone
                                ? Optional.of(new UpstreamConfig.ZoneConfig(Position.NONE, "z", new ByteSize(65536)))
                                : Optional.empty(),
                        Optional.empty(), sticky, ResolverOptions.NONE),
                GroupFixture::literal, states, this);
    }

    static List<Address> literal(Endpoint endpoint) {
        return switch (endpoint) {
            case Endpoint.Host host -> List.of(new Address.Ip(InetAddress.ofLiteral(host.host()), host.port()));
            case Endpoint.Unix unix -> List.of(new Address.Unix(unix.path()));
        };
    }

    @Override
    public boolean admits(LogLevel level) {
        return true;
    }

    @Override
    public void log(LogLevel level, long connection, String message) {
        reports.add(level.label() + " *" + connection + " " + message);
    }

    /// The parameters of a `server` line.
    record ServerLine(PeerConfig config) {

        ServerLine weight(int weight) {
            return with(weight, config.maxConnections(), config.maxFails(), config.backup(), config.down());
        }

        ServerLine maxConnections(int maxConnections) {
            return with(config.weight(), maxConnections, config.maxFails(), config.backup(), config.down());
        }

        ServerLine maxFails(int maxFails) {
            return with(config.weight(), config.maxConnections(), maxFails, config.backup(), config.down());
        }

        ServerLine backup() {
            return with(config.weight(), config.maxConnections(), config.maxFails(), true, config.down());
        }

        ServerLine down() {
            return with(config.weight(), config.maxConnections(), config.maxFails(), config.backup(), true);
        }

        ServerLine route(String route) {
            return new ServerLine(new PeerConfig(config.position(), config.endpoint(), config.weight(),
                    config.maxConnections(), config.maxFails(), config.failTimeout(), config.backup(), config.down(),
                    route, config.drain(), config.resolve()));
        }

        ServerLine drain() {
            return new ServerLine(new PeerConfig(config.position(), config.endpoint(), config.weight(),
                    config.maxConnections(), config.maxFails(), config.failTimeout(), config.backup(), config.down(),
                    config.route(), true, config.resolve()));
        }

        private ServerLine with(int weight, int maxConnections, int maxFails, boolean backup, boolean down) {
            return new ServerLine(new PeerConfig(config.position(), config.endpoint(), weight, maxConnections, maxFails,
                    config.failTimeout(), backup, down, config.route(), config.drain(), config.resolve()));
        }
    }
}
