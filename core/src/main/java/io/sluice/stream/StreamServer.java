package io.sluice.stream;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.sluice.config.model.Address;
import io.sluice.config.model.BalancingPolicy;
import io.sluice.config.model.LocationOptions.RealIp;
import io.sluice.config.model.StreamServerConfig;
import io.sluice.config.model.StreamServerConfig.BindConfig;
import io.sluice.config.model.StreamServerConfig.HandlerConfig;
import io.sluice.config.model.StreamServerConfig.ProxyOptions;
import io.sluice.log.AccessLogs;
import io.sluice.resolve.NameServers;
import io.sluice.route.RealAddress;
import io.sluice.session.ErrorSink;
import io.sluice.tls.ServerTls;
import io.sluice.tls.UpstreamTls;
import io.sluice.transport.SocketLoop;
import io.sluice.upstream.Balancer;
import io.sluice.upstream.Connector;
import io.sluice.variable.ByteText;
import io.sluice.variable.SetVariable;
import io.sluice.variable.Template;
import io.sluice.variable.VariableTable;

/// One `server {}` on one of its addresses, compiled: what every session of it needs to know. Immutable.
///
/// Belongs to a generation and is shared by all workers.
public abstract class StreamServer {

    private final String name;

    private final String listen;

    private final Handler handler;

    private final Parts parts;

    private final List<SetVariable> sets;

    private final @Nullable SourceAddress source;

    private final int maxTries;

    private final boolean nextUpstream;

    private final long nextUpstreamNanos;

    private final long connectTimeoutNanos;

    private final long idleTimeoutNanos;

    private final @Nullable NameServers nameServers;

    private final long resolverTimeoutNanos;

    private final long headerTimeoutNanos;

    private final RealAddress trust;

    private final boolean sendsProxyProtocol;

    /// What becomes of an admitted session.
    sealed interface Handler {

        /// To a group.
        record Proxy(String upstream) implements Handler {}

        /// To a group or address that is evaluated for each session.
        record ComputedProxy(Template target) implements Handler {}

        /// Answered with a text.
        record Return(Template text) implements Handler {

            byte[] bytes(StreamSession session) {
                byte[] bytes = ByteText.bytes(text.evaluate(session));
                return bytes.length <= SocketLoop.MAX_READ_BYTES
                        ? bytes
                        : Arrays.copyOf(bytes, SocketLoop.MAX_READ_BYTES);
            }
        }

        /// The server has no handler.
        record None() implements Handler {}
    }

    /// What a server is compiled with, besides its own configuration. Immutable.
    ///
    /// @param admission who is let in; made by the caller, since its zones outlive generations
    /// @param hashKeys compiled keys of the groups that balance by one
    /// @param tls with clients; null: none
    /// @param upstreamTls with peers; null: none
    public record Parts(
            Admission admission, VariableTable variables, HashKeys hashKeys, AccessLogs accessLogs, ErrorSink errors,
            @Nullable ServerTls tls, @Nullable UpstreamTls upstreamTls) {}

    /// Compiles a server.
    ///
    /// @param listen the address of the listener, as written in messages
    protected StreamServer(StreamServerConfig config, Address listen, Parts parts) {
        ProxyOptions proxy = config.proxy();
        this.name = config.name();
        this.listen = listen.toString();
        this.parts = parts;
        this.handler = handler(config.handler(), parts.variables());
        this.sets = parts.variables().compileSets(config.sets());
        this.source = proxy.bind() instanceof BindConfig.To to
                ? new SourceAddress(parts.variables().compile(to.address()), to.transparent())
                : null;
        this.maxTries = proxy.nextUpstream() ? proxy.nextUpstreamTries() : 1;
        this.nextUpstream = proxy.nextUpstream();
        this.nextUpstreamNanos = nanos(proxy.nextUpstreamTimeout());
        this.connectTimeoutNanos = nanos(proxy.connectTimeout());
        this.idleTimeoutNanos = nanos(proxy.idleTimeout());
        this.nameServers = proxy.resolver().resolver().map(NameServers::of).orElse(null);
        this.resolverTimeoutNanos = nanos(proxy.resolver().timeout());
        this.headerTimeoutNanos = nanos(config.proxyHeader().timeout());
        this.trust = RealAddress.of(new RealIp(config.proxyHeader().trusted(), RealAddress.PROXY_PROTOCOL, false));
        this.sendsProxyProtocol = proxy.proxyProtocol();
    }

    private static Handler handler(HandlerConfig config, VariableTable variables) {
        return switch (config) {
            case HandlerConfig.ProxyPass pass -> new Handler.Proxy(pass.upstream());
            case HandlerConfig.ComputedProxyPass pass -> new Handler.ComputedProxy(variables.compile(pass.target()));
            case HandlerConfig.Return answer -> new Handler.Return(variables.compile(answer.text()));
            case HandlerConfig.None _ -> new Handler.None();
        };
    }

    /// Saturating: a duration of centuries is as good as none.
    private static long nanos(Duration duration) {
        return TimeUnit.NANOSECONDS.convert(duration);
    }

    /// The first `server_name`, or empty.
    String name() {
        return name;
    }

    /// The listener's address.
    protected final String listen() {
        return listen;
    }

    Handler handler() {
        return handler;
    }

    Admission admission() {
        return parts.admission();
    }

    List<SetVariable> sets() {
        return sets;
    }

    /// The names that its templates may use.
    public final VariableTable variables() {
        return parts.variables();
    }

    /// TLS with clients; null: none.
    public final @Nullable ServerTls tls() {
        return parts.tls();
    }

    /// TLS with peers, `proxy_ssl`; null: none.
    public final @Nullable UpstreamTls upstreamTls() {
        return parts.upstreamTls();
    }

    /// The error logs of the server.
    public final ErrorSink errors() {
        return parts.errors();
    }

    /// The value of the key that a group balances by; empty for other policies.
    byte[] hashKey(Balancer balancer, StreamSession session) {
        return balancer.group().policy() instanceof BalancingPolicy.Hash
                ? ByteText.bytes(parts.hashKeys().key(balancer.group().name()).evaluate(session))
                : HashKeys.NO_KEY;
    }

    /// `proxy_bind`; null: the system chooses.
    public final Connector.@Nullable Source source(StreamSession session) {
        return source == null ? null : source.evaluate(session, errors(), session.number());
    }

    /// 0: as many as there are peers.
    int maxTries() {
        return maxTries;
    }

    /// Whether a failed connect may go on to another peer so long after the session began.
    boolean mayTryNext(long elapsedNanos) {
        return nextUpstream && (nextUpstreamNanos == 0 || elapsedNanos < nextUpstreamNanos);
    }

    long connectTimeoutNanos() {
        return connectTimeoutNanos;
    }

    /// `proxy_timeout`.
    protected final long idleTimeoutNanos() {
        return idleTimeoutNanos;
    }

    /// `resolver`; null: names are not resolved.
    @Nullable NameServers nameServers() {
        return nameServers;
    }

    /// `resolver_timeout`.
    long resolverTimeoutNanos() {
        return resolverTimeoutNanos;
    }

    /// `proxy_protocol_timeout`.
    final long headerTimeoutNanos() {
        return headerTimeoutNanos;
    }

    /// `set_real_ip_from`.
    final RealAddress trust() {
        return trust;
    }

    /// `proxy_protocol`.
    final boolean sendsProxyProtocol() {
        return sendsProxyProtocol;
    }

    /// Writes the session's line; returns how many were dropped.
    int log(StreamSession session) {
        return parts.accessLogs().log(session);
    }

    @Override
    public String toString() {
        return listen;
    }
}
