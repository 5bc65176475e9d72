package io.sluice.config.binding;

import java.util.List;
import java.util.Map;
import java.util.Optional;

import static io.sluice.config.binding.Arity.*;
import static io.sluice.config.binding.Context.*;
import static io.sluice.config.binding.DirectiveSpec.row;

/// The directives of `events {}`. Immutable.
final class EventsDirectives {

    /// The least that one session, its upstream connection and its listener need.
    private static final int LEAST_CONNECTIONS = 1;

    static final Setting<Integer> CONNECTIONS = Setting.of(
            new ValueType<>("number", text -> ValueType.number(text).filter(n -> n >= LEAST_CONNECTIONS),
                    "invalid number \"%1$s\""),
            "512");

    /// The methods that nginx has on Linux.
    private static final Setting<String> METHOD = Setting.optional(new ValueType<>(
            "method",
            text -> Optional.ofNullable(Map.of("epoll", "epoll", "poll", "poll", "select", "select").get(text)),
            "invalid event type \"%1$s\""));

    static final List<DirectiveSpec> ROWS = List.of(
            row("worker_connections").in(EVENTS).value(CONNECTIONS)
                    .means("Connections that one worker may have open; a proxied session counts two."),
            row("use").in(EVENTS).value(METHOD)
                    .inert("The system call that waits for events.", "The transport is chosen by -Dsluice.transport."),
            row("multi_accept").in(EVENTS).value(Setting.of(ValueType.FLAG, "off"))
                    .inert("Whether a worker accepts all waiting connections at once.", "It always does."),
            row("accept_mutex").in(EVENTS).value(Setting.of(ValueType.FLAG, "off"))
                    .inert("Whether workers take turns at accepting.", "Each worker has a socket of its own."),
            row("accept_mutex_delay").in(EVENTS).value(Setting.of(ValueType.MILLISECONDS, "500ms"))
                    .inert("How long a worker waits for its turn.", "Each worker has a socket of its own."),
            row("worker_aio_requests").in(EVENTS).since("1.1.4").value(Setting.of(ValueType.NUMBER, "32"))
                    .inert("Outstanding file operations of a worker.", "Files are sent without waiting for them to be read."),
            row("debug_connection").in(EVENTS).takes(ONE, "address | CIDR | unix:").repeatable()
                    .inert("Whose connections are logged in detail.", "Debug lines are not selected by address; as in an"
                            + " nginx without --with-debug."));

    private EventsDirectives() {}
}
