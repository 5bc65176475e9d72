package io.sluice.config.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One upstream group: an `upstream {}` block, or the implicit group of a `proxy_pass` to an address. Immutable.
///
/// @param name the block's name, or the address as written for an implicit group
/// @param implicit made from a `proxy_pass` that names no block
/// @param peers the `server` lines in order, at least one
/// @param zone `zone`: cursors and counts are shared by all workers
/// @param keepAlive idle connections that are kept for the next request (http only); absent: none
/// @param sticky how a client keeps its peer (http only)
/// @param resolver of peers whose names are resolved while the server runs
public record UpstreamConfig(
        Position position, String name, boolean implicit, List<PeerConfig> peers, BalancingPolicy policy,
        Optional<ZoneConfig> zone, Optional<KeepAlive> keepAlive, Optional<Sticky> sticky,
        ResolverOptions resolver) {

    public UpstreamConfig {
        peers = List.copyOf(peers);
    }

    /// A group of the stream module.
    public UpstreamConfig(
            Position position, String name, boolean implicit, List<PeerConfig> peers, BalancingPolicy policy,
            Optional<ZoneConfig> zone) {
        this(position, name, implicit, peers, policy, zone, Optional.empty(), Optional.empty(), ResolverOptions.NONE);
    }

    /// `keepalive` and what goes with it.
    ///
    /// @param connections idle ones that each worker keeps for the group
    /// @param requests of one connection
    /// @param time how long a connection may be kept in all
    /// @param timeout how long it may be idle
    public record KeepAlive(int connections, int requests, Duration time, Duration timeout) {

        /// What a group has that says nothing, since nginx 1.29.7.
        public static final KeepAlive DEFAULT =
                new KeepAlive(32, 1000, Duration.ofHours(1), Duration.ofSeconds(60));
    }

    /// `sticky`.
    public sealed interface Sticky {

        /// `sticky cookie name [expires=] [domain=] [httponly] [samesite=] [secure] [path=]`.
        ///
        /// @param expires absent: the cookie lasts as long as the browser
        /// @param path empty: none is told
        record Cookie(
                Position position, String name, Optional<Duration> expires, Optional<TemplateConfig> domain,
                boolean httpOnly, boolean secure, Optional<TemplateConfig> sameSite, String path)
                implements Sticky {

            /// `expires=max`: the end of the year 2037.
            public static final Duration MAX_EXPIRES = Duration.ofSeconds(2_145_916_555L);
        }

        /// `sticky route $variable ...`: the first that is not empty names a `server`'s `route=`.
        record Route(Position position, List<TemplateConfig> values) implements Sticky {

            public Route {
                values = List.copyOf(values);
            }
        }

        /// `sticky learn create= lookup= zone= [timeout=] [header]`.
        ///
        /// @param header sessions are learned as soon as the response's head is there
        record Learn(
                Position position, List<TemplateConfig> create, List<TemplateConfig> lookup, ZoneConfig zone,
                Duration timeout, boolean header)
                implements Sticky {

            public Learn {
                create = List.copyOf(create);
                lookup = List.copyOf(lookup);
            }
        }
    }

    /// `zone name [size]`.
    public record ZoneConfig(Position position, String name, ByteSize size) {}
}
