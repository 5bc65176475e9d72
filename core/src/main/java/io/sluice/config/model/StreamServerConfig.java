package io.sluice.config.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import io.sluice.config.model.HttpServerConfig.ServerName;

/// One `server {}` of the `stream {}` block, with everything it inherited. Immutable.
///
/// @param names `server_name`
/// @param handler what happens to a session once it was admitted
/// @param proxyHeader what becomes of the PROXY protocol header that sessions begin with
/// @param proxy how sessions are proxied, used by [HandlerConfig.ProxyPass] only
/// @param tls absent: the server neither listens with `ssl` nor has certificates
/// @param upstreamTls `proxy_ssl`
/// @param access `allow` and `deny` in order; the first match decides, no match admits
/// @param limits `limit_conn`
/// @param sets `set`, in order
/// @param accessLogs empty: `access_log off`
/// @param errorLogs empty: those of the process
/// @param tcpNodelay TCP_NODELAY on both sides
public record StreamServerConfig(
        Position position,
        List<ServerName> names,
        List<ListenerConfig> listeners,
        HandlerConfig handler,
        ProxyHeaderOptions proxyHeader,
        ProxyOptions proxy,
        Optional<TlsServerConfig> tls,
        Optional<TlsClientConfig> upstreamTls,
        List<AccessRuleConfig> access,
        ConnectionLimits limits,
        List<SetConfig> sets,
        List<AccessLogConfig> accessLogs,
        List<ErrorLogConfig> errorLogs,
        boolean tcpNodelay)
        implements ServerConfig {

    public StreamServerConfig {
        names = List.copyOf(names);
        listeners = List.copyOf(listeners);
        access = List.copyOf(access);
        sets = List.copyOf(sets);
        accessLogs = List.copyOf(accessLogs);
        errorLogs = List.copyOf(errorLogs);
    }

    /// The first `server_name` as it is written, empty without one: `$server_name`.
    public String name() {
        return names.isEmpty() ? "" : names.getFirst().text();
    }

    /// What becomes of an admitted session.
    public sealed interface HandlerConfig {

        /// `proxy_pass` to a group: one of [StreamConfig#upstreams], which holds an implicit group for a plain address.
        record ProxyPass(Position position, String upstream) implements HandlerConfig {}

        /// `proxy_pass` with variables in it, evaluated for each session.
        record ComputedProxyPass(Position position, TemplateConfig target) implements HandlerConfig {}

        /// `return`: send the text, close.
        record Return(Position position, TemplateConfig text) implements HandlerConfig {}

        /// No handler: legal since nginx 1.27.1, sessions end with status 500.
        record None() implements HandlerConfig {}
    }

    /// What becomes of the PROXY protocol header of a session.
    ///
    /// @param trusted `set_real_ip_from`: whose word about the client's address is taken; rules that all allow
    /// @param timeout until it is there
    public record ProxyHeaderOptions(List<AccessRuleConfig> trusted, Duration timeout) {

        /// nginx's defaults.
        public static final ProxyHeaderOptions DEFAULT = new ProxyHeaderOptions(List.of(), Duration.ofSeconds(30));

        public ProxyHeaderOptions {
            trusted = List.copyOf(trusted);
        }
    }

    /// How a session is proxied: the `proxy_*` directives of the stream module.
    ///
    /// @param connectTimeout for each attempt
    /// @param idleTimeout `proxy_timeout`, re-armed by a read or write on either side
    /// @param bufferSize bound on what a direction holds in user space
    /// @param nextUpstream whether a failed connect goes on to the next peer
    /// @param nextUpstreamTries 0: as many as there are peers
    /// @param nextUpstreamTimeout zero: without limit
    /// @param halfClose one side's end of stream is passed on and the other direction goes on
    /// @param bind source address of upstream connections
    /// @param socketKeepAlive SO_KEEPALIVE upstream
    /// @param receiveBuffer SO_RCVBUF upstream, bytes
    /// @param sendBuffer SO_SNDBUF upstream, bytes
    /// @param uploadRate of what comes from downstream
    /// @param downloadRate of what comes from upstream
    /// @param proxyProtocol a connection to a peer begins with a PROXY protocol header
    /// @param datagrams what concerns UDP only
    /// @param resolver of names that variables come to
    public record ProxyOptions(
            Duration connectTimeout,
            Duration idleTimeout,
            ByteSize bufferSize,
            boolean nextUpstream,
            int nextUpstreamTries,
            Duration nextUpstreamTimeout,
            boolean halfClose,
            BindConfig bind,
            boolean socketKeepAlive,
            OptionalInt receiveBuffer,
            OptionalInt sendBuffer,
            RateConfig uploadRate,
            RateConfig downloadRate,
            boolean proxyProtocol,
            DatagramOptions datagrams,
            ResolverOptions resolver) {

        /// nginx's defaults.
        public static final ProxyOptions DEFAULT = new ProxyOptions(
                Duration.ofSeconds(60), Duration.ofMinutes(10), new ByteSize(16 * 1024), true, 0, Duration.ZERO, false,
                new BindConfig.Off(), false, OptionalInt.empty(), OptionalInt.empty(), RateConfig.UNLIMITED,
                RateConfig.UNLIMITED, false, DatagramOptions.DEFAULT, ResolverOptions.NONE);
    }

    /// When a flow ends besides being idle.
    ///
    /// @param requests `proxy_requests`: after so many datagrams from downstream the next one begins a new flow; 0: never
    /// @param responses `proxy_responses`: how many datagrams answer one from downstream, after which the flow ends; 0: none is
    ///     expected; empty: any number
    public record DatagramOptions(int requests, OptionalInt responses) {

        /// nginx's defaults.
        public static final DatagramOptions DEFAULT = new DatagramOptions(0, OptionalInt.empty());
    }

    /// `proxy_bind`.
    public sealed interface BindConfig {

        /// The system chooses.
        record Off() implements BindConfig {}

        /// The value is an address, with a port or without; an empty value leaves the choice to the system.
        ///
        /// @param transparent IP_TRANSPARENT: the address need not be local
        record To(TemplateConfig address, boolean transparent) implements BindConfig {}
    }

    /// `limit_conn` and what goes with it.
    ///
    /// @param logLevel level of the line that reports a rejection
    /// @param dryRun count and log, reject nothing
    public record ConnectionLimits(List<Limit> limits, LogLevel logLevel, boolean dryRun) {

        /// No limit.
        public static final ConnectionLimits NONE = new ConnectionLimits(List.of(), LogLevel.ERROR, false);

        public ConnectionLimits {
            limits = List.copyOf(limits);
        }

        /// At most `connections` sessions for each key of the zone.
        public record Limit(Position position, String zone, int connections) {}
    }

    /// `set $variable value`.
    public record SetConfig(Position position, String variable, TemplateConfig value) {}
}
