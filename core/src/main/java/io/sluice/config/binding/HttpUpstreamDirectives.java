package io.sluice.config.binding;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.sluice.config.model.UpstreamConfig.KeepAlive;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.DirectiveSpec.row;

/// The directives of `upstream {}` that only http has. Immutable.
final class HttpUpstreamDirectives {

    private static final Setting<Integer> CONNECTIONS = Setting.of(ValueType.NUMBER, "32");

    private static final Setting<Integer> REQUESTS = Setting.of(ValueType.NUMBER, "1000");

    private static final Setting<Duration> TIME = Setting.of(ValueType.MILLISECONDS, "1h");

    private static final Setting<Duration> TIMEOUT = Setting.of(ValueType.MILLISECONDS, "60s");

    static final List<DirectiveSpec> ROWS = List.of(
            row("keepalive").in(HTTP_UPSTREAM).since("1.1.4").takes(ONE_OR_TWO, "connections [local]")
                    .defaultsTo("32 local").by(HttpUpstreamDirectives::connections)
                    .means("Idle connections that each worker keeps for the group; 0 keeps none."),
            row("keepalive_requests").in(HTTP_UPSTREAM).since("1.15.3").value(REQUESTS)
                    .means("Requests of one kept connection."),
            row("keepalive_time").in(HTTP_UPSTREAM).since("1.19.10").value(TIME)
                    .means("How long a connection may be kept in all."),
            row("keepalive_timeout").in(HTTP_UPSTREAM).since("1.15.3").value(TIMEOUT)
                    .means("How long a kept connection may be idle."),
            row("sticky").in(HTTP_UPSTREAM).since("1.29.6")
                    .takes(TWO_OR_MORE, "cookie name [...] | route $variable ... | learn create=$variable lookup=$variable"
                            + " zone=name:size [timeout=time] [header]")
                    .by(StickyText::bind)
                    .means("How a client keeps its peer: by a cookie of ours, by a route, or by a session that is learned."),
            row("queue").in(HTTP_UPSTREAM).since("1.5.12").plus("Requests that wait for a peer."),
            row("ntlm").in(HTTP_UPSTREAM).since("1.9.2").plus("Keeps connections for NTLM."));

    private HttpUpstreamDirectives() {}

    private static void connections(Directive directive) {
        Fragment number = directive.argument(0);
        if (directive.count() == 2 && !"local".equals(directive.text(1))) {
            directive.invalidParameter(directive.argument(1));
        }
        ValueType.number(number.text()).ifPresentOrElse(
                n -> directive.scope().put(CONNECTIONS, n),
                () -> directive.error("invalid-value", number,
                        "invalid value \"" + number.text() + "\" in \"keepalive\" directive"));
    }

    /// What a group keeps; absent when it keeps nothing.
    static Optional<KeepAlive> keepAlive(Scope block) {
        int connections = block.own(CONNECTIONS).orElse(KeepAlive.DEFAULT.connections());
        return connections == 0
                ? Optional.empty()
                : Optional.of(new KeepAlive(
                        connections,
                        block.own(REQUESTS).orElse(KeepAlive.DEFAULT.requests()),
                        block.own(TIME).orElse(KeepAlive.DEFAULT.time()),
                        block.own(TIMEOUT).orElse(KeepAlive.DEFAULT.timeout())));
    }
}
