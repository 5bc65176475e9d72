package io.sluice.config.binding;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

import io.sluice.config.model.ByteSize;
import io.sluice.config.model.RateConfig;
import io.sluice.config.model.StreamServerConfig.BindConfig;
import io.sluice.config.model.StreamServerConfig.DatagramOptions;
import io.sluice.config.model.StreamServerConfig.ProxyOptions;
import io.sluice.config.model.TemplateConfig;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.DirectiveSpec.row;

/// The directives of nginx's stream proxy module. Immutable.
final class ProxyDirectives {

    private static final Setting<Duration> CONNECT_TIMEOUT = Setting.of(ValueType.MILLISECONDS, "60s");

    private static final Setting<Duration> IDLE_TIMEOUT = Setting.of(ValueType.MILLISECONDS, "10m");

    private static final Setting<ByteSize> BUFFER_SIZE = Setting.of(
            new ValueType<>("size", text -> ByteSize.parse(text).filter(s -> s.bytes() > 0 && s.bytes() <= 1 << 30),
                    ValueType.INVALID_VALUE),
            "16k");

    private static final Setting<Boolean> NEXT_UPSTREAM = Setting.of(ValueType.FLAG, "on");

    private static final Setting<Integer> NEXT_UPSTREAM_TRIES = Setting.of(ValueType.NUMBER, "0");

    private static final Setting<Duration> NEXT_UPSTREAM_TIMEOUT = Setting.of(ValueType.MILLISECONDS, "0");

    private static final Setting<Boolean> HALF_CLOSE = Setting.of(ValueType.FLAG, "off");

    private static final Setting<Boolean> SOCKET_KEEPALIVE = Setting.of(ValueType.FLAG, "off");

    private static final Setting<Integer> SOCKET_RCVBUF = Setting.of(ValueType.SOCKET_BUFFER, "0");

    private static final Setting<Integer> SOCKET_SNDBUF = Setting.of(ValueType.SOCKET_BUFFER, "0");

    static final Setting<BindConfig> BIND = Setting.optional(ValueType.composed("address"));

    private static final ValueType<RateConfig> LITERAL_RATE = new ValueType<>(
            "rate", text -> ByteSize.parse(text).map(RateConfig.Fixed::new), ValueType.INVALID_VALUE);

    private static final Setting<Rate> UPLOAD_RATE = Setting.optional(ValueType.composed("rate"));

    private static final Setting<Rate> DOWNLOAD_RATE = Setting.optional(ValueType.composed("rate"));

    private static final Setting<Integer> REQUESTS = Setting.of(ValueType.NUMBER, "0");

    private static final Setting<Integer> RESPONSES = Setting.optional(ValueType.NUMBER);

    private static final Setting<Boolean> PROXY_PROTOCOL = Setting.of(ValueType.FLAG, "off");

    private static final ParameterTable<boolean[]> BIND_PARAMETERS =
            ParameterTable.of(List.of(ParameterTable.Row.of("transparent", (flag, _) -> flag[0] = true)));

    static final List<DirectiveSpec> ROWS = List.of(
            row("proxy_pass").in(STREAM_SERVER).since("1.9.0").takes(ONE, "address").by(ProxyDirectives::proxyPass)
                    .means("Where sessions go: an address with port, `unix:path`, the name of an `upstream`, or variables."),
            row("proxy_bind").in(STREAM, STREAM_SERVER).since("1.9.2")
                    .takes(ONE_OR_TWO, "address[:port] [transparent] | off").defaultsTo("off").by(ProxyDirectives::bind)
                    .means("Local address of upstream connections; `transparent` allows one that is not local."),
            row("proxy_connect_timeout").in(STREAM, STREAM_SERVER).since("1.9.0").value(CONNECT_TIMEOUT)
                    .means("How long one attempt to connect may take."),
            row("proxy_timeout").in(STREAM, STREAM_SERVER).since("1.9.0").value(IDLE_TIMEOUT)
                    .means("How long a session lives without a read or write on either side."),
            row("proxy_buffer_size").in(STREAM, STREAM_SERVER).since("1.9.4").value(BUFFER_SIZE)
                    .means("How much one direction of a session may hold in user space."),
            row("proxy_downstream_buffer").in(STREAM, STREAM_SERVER).since("1.9.0").value(BUFFER_SIZE)
                    .by(ProxyDirectives::oldBuffer)
                    .means("An old name of `proxy_buffer_size`."),
            row("proxy_upstream_buffer").in(STREAM, STREAM_SERVER).since("1.9.0").value(BUFFER_SIZE)
                    .by(ProxyDirectives::oldBuffer)
                    .means("An old name of `proxy_buffer_size`."),
            row("proxy_next_upstream").in(STREAM, STREAM_SERVER).since("1.9.0").value(NEXT_UPSTREAM)
                    .means("Whether a failed attempt to connect goes on to the next peer."),
            row("proxy_next_upstream_tries").in(STREAM, STREAM_SERVER).since("1.9.0").value(NEXT_UPSTREAM_TRIES)
                    .means("Attempts to connect for one session; 0 is as many as there are peers."),
            row("proxy_next_upstream_timeout").in(STREAM, STREAM_SERVER).since("1.9.0").value(NEXT_UPSTREAM_TIMEOUT)
                    .means("Time in which attempts may start; 0 is without limit."),
            row("proxy_half_close").in(STREAM, STREAM_SERVER).since("1.21.4").value(HALF_CLOSE)
                    .means("Whether the end of one side's stream is passed on while the other direction goes on."),
            row("proxy_socket_keepalive").in(STREAM, STREAM_SERVER).since("1.15.6").value(SOCKET_KEEPALIVE)
                    .means("TCP keep-alive of upstream connections."),
            row("proxy_socket_rcvbuf").in(STREAM, STREAM_SERVER).since("1.31.3").value(SOCKET_RCVBUF)
                    .means("SO_RCVBUF of upstream connections; 0 is the system's choice."),
            row("proxy_socket_sndbuf").in(STREAM, STREAM_SERVER).since("1.31.3").value(SOCKET_SNDBUF)
                    .means("SO_SNDBUF of upstream connections; 0 is the system's choice."),
            row("proxy_requests").in(STREAM, STREAM_SERVER).since("1.15.7").value(REQUESTS)
                    .means("Datagrams from a UDP client after which its next one begins a new flow; 0 is never."),
            row("proxy_responses").in(STREAM, STREAM_SERVER).since("1.9.13").value(RESPONSES)
                    .means("Datagrams that answer one of a UDP client, after which its flow ends; any number unless written."),
            row("proxy_upload_rate").in(STREAM, STREAM_SERVER).since("1.9.3").takes(ONE, "rate").defaultsTo("0")
                    .repeatable().by(directive -> rate(directive, UPLOAD_RATE))
                    .means("Bytes a second read from downstream, for each session; 0 is without limit."),
            row("proxy_download_rate").in(STREAM, STREAM_SERVER).since("1.9.3").takes(ONE, "rate").defaultsTo("0")
                    .repeatable().by(directive -> rate(directive, DOWNLOAD_RATE))
                    .means("Bytes a second read from upstream, for each session; 0 is without limit."),
            row("proxy_protocol").in(STREAM, STREAM_SERVER).since("1.9.2").takes(ONE, "on | off | v2").defaultsTo("off")
                    .repeatable().by(ProxyDirectives::proxyProtocol)
                    .means("Whether upstream connections begin with a PROXY protocol header, of version 1 so far."),
            row("proxy_bind_dynamic").in(STREAM, STREAM_SERVER).since("1.29.3").value(Setting.optional(ValueType.FLAG))
                    .plus("Binds anew for each attempt to connect."),
            row("proxy_session_drop").in(STREAM, STREAM_SERVER).since("1.15.8").value(Setting.optional(ValueType.FLAG))
                    .plus("Ends sessions whose peer was removed or failed a health check."));

    /// A rate and where it was written.
    record Rate(Directive directive, RateConfig config) {}

    private ProxyDirectives() {}

    /// What the directives say together, as far as they say anything; the rest is inherited or default.
    static ProxyOptions options(Scope scope) {
        return new ProxyOptions(
                scope.get(CONNECT_TIMEOUT),
                scope.get(IDLE_TIMEOUT),
                scope.get(BUFFER_SIZE),
                scope.get(NEXT_UPSTREAM),
                scope.get(NEXT_UPSTREAM_TRIES),
                scope.get(NEXT_UPSTREAM_TIMEOUT),
                scope.get(HALF_CLOSE),
                scope.find(BIND).orElse(new BindConfig.Off()),
                scope.get(SOCKET_KEEPALIVE),
                given(scope.get(SOCKET_RCVBUF)),
                given(scope.get(SOCKET_SNDBUF)),
                scope.find(UPLOAD_RATE).map(Rate::config).orElse(RateConfig.UNLIMITED),
                scope.find(DOWNLOAD_RATE).map(Rate::config).orElse(RateConfig.UNLIMITED),
                scope.get(PROXY_PROTOCOL),
                new DatagramOptions(
                        scope.get(REQUESTS),
                        scope.find(RESPONSES).map(OptionalInt::of).orElseGet(OptionalInt::empty)),
                ResolverDirectives.options(scope));
    }

    /// The rates that limit servers for TCP, which is not built yet.
    static void refuseRates(List<Scope> tcpServers) {
        tcpServers.stream()
                .flatMap(server -> Stream.of(UPLOAD_RATE, DOWNLOAD_RATE).flatMap(rate -> server.find(rate).stream()))
                .filter(rate -> !rate.config().equals(RateConfig.UNLIMITED))
                .distinct()
                .forEach(rate -> rate.directive().error("not-supported", rate.directive().nameFragment(),
                        "\"" + rate.directive().name() + "\" directive is known but not supported by Sluice yet"));
    }

    private static void proxyProtocol(Directive directive) {
        if ("v2".equals(directive.text(0))) {
            directive.error("not-supported", directive.argument(0),
                    "\"v2\" in \"proxy_protocol\" is known but not supported by Sluice yet");
        } else {
            directive.put(PROXY_PROTOCOL);
        }
    }

    /// A header before datagrams is not built yet.
    static void refuseProxyProtocol(BindingRun run, List<Scope> udpServers) {
        udpServers.stream()
                .filter(server -> server.get(PROXY_PROTOCOL))
                .forEach(server -> run.error("not-supported", Fragment.of(server.opener().name()),
                        "\"proxy_protocol\" of a server for UDP is known but not supported by Sluice yet"));
    }

    /// What was written; 0 is the system's choice.
    static OptionalInt given(int bytes) {
        return bytes == 0 ? OptionalInt.empty() : OptionalInt.of(bytes);
    }

    private static void proxyPass(Directive directive) {
        directive.run().upstreams().mention(directive.text(0));
        Optional<TemplateConfig> target = directive.template(directive.argument(0));
        Handlers.set(directive, linker -> target.flatMap(t -> linker.proxyPass(directive, t)));
    }

    private static void oldBuffer(Directive directive) {
        directive.warning("deprecated", directive.nameFragment(),
                "the \"" + directive.name() + "\" directive is deprecated, use the \"proxy_buffer_size\" directive instead");
        directive.put(BUFFER_SIZE);
    }

    /// Reads a rate, which may be computed.
    static void rate(Directive directive, Setting<Rate> setting) {
        if (directive.scope().own(setting).isPresent()) {
            directive.duplicate();
            return;
        }
        directive.template(directive.argument(0))
                .flatMap(value -> value.isLiteral()
                        ? LITERAL_RATE.read(directive, directive.argument(0))
                        : Optional.of(new RateConfig.Computed(value)))
                .ifPresent(config -> directive.scope().put(setting, new Rate(directive, config)));
    }

    /// Reads `proxy_bind`.
    static void bind(Directive directive) {
        if (directive.count() == 1 && "off".equals(directive.text(0))) {
            directive.scope().put(BIND, new BindConfig.Off());
            return;
        }
        boolean[] transparent = {false};
        BIND_PARAMETERS.apply(transparent, directive, directive.argumentsFrom(1));
        Optional<TemplateConfig> address = directive.template(directive.argument(0));
        if (address.filter(TemplateConfig::isLiteral).isPresent() && !isAddress(directive.text(0))) {
            directive.error("invalid-address", directive.argument(0), "invalid address \"" + directive.text(0) + "\"");
            return;
        }
        address.ifPresent(a -> directive.scope().put(BIND, new BindConfig.To(a, transparent[0])));
    }

    private static boolean isAddress(String text) {
        return AddressText.literal(text).isPresent()
                || (AddressText.remote(text) instanceof AddressText.Inet inet
                        && AddressText.literal(inet.host()).isPresent());
    }
}
