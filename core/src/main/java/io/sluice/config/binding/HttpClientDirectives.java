package io.sluice.config.binding;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.sluice.config.model.ByteSize;
import io.sluice.config.model.LocationOptions.ClientOptions;
import io.sluice.config.model.LocationOptions.ClientOptions.LingeringClose;
import io.sluice.config.model.RateConfig;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.DirectiveSpec.row;

/// The directives of http about the downstream connection. Immutable.
final class HttpClientDirectives {

    private static final Setting<ByteSize> MAX_BODY = Setting.of(ValueType.OFFSET, "1m");

    private static final Setting<ByteSize> BODY_BUFFER = Setting.of(ValueType.SIZE, "8k");

    private static final Setting<Duration> BODY_TIMEOUT = Setting.of(ValueType.MILLISECONDS, "60s");

    private static final Setting<Duration> SEND_TIMEOUT = Setting.of(ValueType.MILLISECONDS, "60s");

    private static final Setting<KeepAlive> KEEP_ALIVE = Setting.optional(ValueType.composed("timeout [header_timeout]"));

    private static final Setting<Integer> KEEP_ALIVE_REQUESTS = Setting.of(ValueType.NUMBER, "1000");

    private static final Setting<Duration> KEEP_ALIVE_TIME = Setting.of(ValueType.MILLISECONDS, "1h");

    private static final Setting<LingeringClose> LINGERING_CLOSE = Setting.of(
            ValueType.oneOf(l -> l.name().toLowerCase(Locale.ROOT), List.of(LingeringClose.values())), "on");

    private static final Setting<Duration> LINGERING_TIME = Setting.of(ValueType.MILLISECONDS, "30s");

    private static final Setting<Duration> LINGERING_TIMEOUT = Setting.of(ValueType.MILLISECONDS, "5s");

    private static final Setting<ProxyDirectives.Rate> RATE = Setting.optional(ValueType.composed("rate"));

    private static final Setting<ProxyDirectives.Rate> RATE_AFTER = Setting.optional(ValueType.composed("size"));

    private static final Setting<Boolean> RESET_TIMED_OUT = Setting.of(ValueType.FLAG, "off");

    private record KeepAlive(Duration timeout, Optional<Duration> header) {}

    private static final KeepAlive DEFAULT_KEEP_ALIVE = new KeepAlive(Duration.ofSeconds(75), Optional.empty());

    static final List<DirectiveSpec> ROWS = List.of(
            row("client_max_body_size").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(MAX_BODY)
                    .means("A longer body is answered with 413; 0 is without limit."),
            row("client_body_buffer_size").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(BODY_BUFFER)
                    .means("How much of a body is gathered in memory."),
            row("client_body_timeout").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(BODY_TIMEOUT)
                    .means("How long may pass between two reads of a body."),
            row("send_timeout").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(SEND_TIMEOUT)
                    .means("How long may pass between two writes of a response."),
            row("keepalive_timeout").in(HTTP, HTTP_SERVER, HTTP_LOCATION).takes(ONE_OR_TWO, "timeout [header_timeout]")
                    .defaultsTo("75s").by(HttpClientDirectives::keepAlive)
                    .means("How long a connection waits for the next request; 0 keeps none. The second is sent to clients."),
            row("keepalive_requests").in(HTTP, HTTP_SERVER, HTTP_LOCATION).since("0.8.0").value(KEEP_ALIVE_REQUESTS)
                    .means("Requests of one connection."),
            row("keepalive_time").in(HTTP, HTTP_SERVER, HTTP_LOCATION).since("1.19.10").value(KEEP_ALIVE_TIME)
                    .means("How long a connection may be kept in all."),
            row("lingering_close").in(HTTP, HTTP_SERVER, HTTP_LOCATION).since("1.1.0").value(LINGERING_CLOSE)
                    .means("Whether data that comes after the last response is read before the connection is closed."),
            row("lingering_time").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(LINGERING_TIME)
                    .means("How long that may take in all."),
            row("lingering_timeout").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(LINGERING_TIMEOUT)
                    .means("How long it waits for more."),
            row("limit_rate").in(HTTP, HTTP_SERVER, HTTP_LOCATION, HTTP_LOCATION_IF).takes(ONE, "rate").defaultsTo("0")
                    .repeatable().by(d -> ProxyDirectives.rate(d, RATE))
                    .means("Bytes a second of a response; 0 is without limit."),
            row("limit_rate_after").in(HTTP, HTTP_SERVER, HTTP_LOCATION, HTTP_LOCATION_IF).since("0.8.0")
                    .takes(ONE, "size").defaultsTo("0").repeatable().by(d -> ProxyDirectives.rate(d, RATE_AFTER))
                    .means("Bytes that go before the limit holds."),
            row("reset_timedout_connection").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(RESET_TIMED_OUT)
                    .means("Closes connections that timed out with a reset."),
            row("tcp_nodelay").in(HTTP, HTTP_SERVER, HTTP_LOCATION).value(StreamDirectives.TCP_NODELAY)
                    .means("TCP_NODELAY on both sides."));

    private HttpClientDirectives() {}

    private static void keepAlive(Directive directive) {
        Optional<Duration> timeout = ValueType.MILLISECONDS.read(directive, directive.argument(0));
        Optional<Duration> header = directive.count() == 1
                ? Optional.empty()
                : ValueType.SECONDS.read(directive, directive.argument(1));
        timeout.ifPresent(t -> directive.scope().put(KEEP_ALIVE, new KeepAlive(t, header)));
    }

    /// What a location says, or has inherited, about the client's connection.
    static ClientOptions options(Scope location) {
        KeepAlive keepAlive = location.find(KEEP_ALIVE).orElse(DEFAULT_KEEP_ALIVE);
        return new ClientOptions(
                location.get(MAX_BODY),
                location.get(BODY_BUFFER),
                location.get(BODY_TIMEOUT),
                location.get(SEND_TIMEOUT),
                keepAlive.timeout(),
                keepAlive.header(),
                location.get(KEEP_ALIVE_REQUESTS),
                location.get(KEEP_ALIVE_TIME),
                location.get(LINGERING_CLOSE),
                location.get(LINGERING_TIME),
                location.get(LINGERING_TIMEOUT),
                location.find(RATE).map(ProxyDirectives.Rate::config).orElse(RateConfig.UNLIMITED),
                location.find(RATE_AFTER).map(ProxyDirectives.Rate::config).orElse(RateConfig.UNLIMITED),
                location.get(RESET_TIMED_OUT),
                location.get(StreamDirectives.TCP_NODELAY));
    }
}
