package io.sluice.metrics;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Everything a worker counts: a sentence and a unit each. Immutable.
///
/// Metrics of one [#family] differ by a label and add up to a whole; the others are a family of their own.
public enum Metric {
    SESSIONS_ACCEPTED(Kind.COUNTER, Unit.SESSIONS, "Sessions accepted from downstream."),
    SESSIONS_ACTIVE(Kind.GAUGE, Unit.SESSIONS, "Sessions accepted and not ended yet."),
    SESSIONS_RELAYING(Kind.GAUGE, Unit.SESSIONS, "Sessions whose two sides are connected."),

    ENDED_DOWNSTREAM_CLOSED("downstream_closed", "Sessions that the downstream side ended, everything delivered."),
    ENDED_UPSTREAM_CLOSED("upstream_closed", "Sessions that the upstream side ended, everything delivered."),
    ENDED_DOWNSTREAM_RESET("downstream_reset", "Sessions that the downstream side reset."),
    ENDED_UPSTREAM_RESET("upstream_reset", "Sessions that the upstream side reset."),
    ENDED_DOWNSTREAM_ERROR("downstream_error", "Sessions whose downstream socket failed."),
    ENDED_UPSTREAM_ERROR("upstream_error", "Sessions whose upstream socket failed."),
    ENDED_UPSTREAM_REFUSED("upstream_refused", "Sessions whose last peer refused the connection."),
    ENDED_UPSTREAM_CONNECT_TIMEOUT("upstream_connect_timeout", "Sessions whose last peer did not answer in time."),
    ENDED_UPSTREAM_UNREACHABLE("upstream_unreachable", "Sessions whose last peer was not reachable."),
    ENDED_UPSTREAM_HANDSHAKE_FAILED("upstream_handshake_failed", "Sessions whose last peer failed in the TLS handshake."),
    ENDED_LOCAL_RESOURCES("local_resources", "Sessions for which this host ran out of descriptors or memory."),
    ENDED_SOURCE_UNAVAILABLE("source_unavailable", "Sessions that could not use the address of proxy_bind."),
    ENDED_NO_LIVE_UPSTREAM("no_live_upstream", "Sessions that found every peer down, failed or full."),
    ENDED_BAD_TARGET("bad_target", "Sessions whose computed target was no address and no group."),
    ENDED_UNRESOLVED("unresolved", "Sessions whose target's name did not resolve."),
    ENDED_IDLE_TIMEOUT("idle_timeout", "Sessions that were silent on both sides for proxy_timeout."),
    ENDED_ANSWERED("answered", "UDP flows that got as many answers as proxy_responses says."),
    ENDED_UPSTREAM_UNANSWERED("upstream_unanswered", "UDP flows whose answers were missing at the end of proxy_timeout."),
    ENDED_EVICTED("evicted", "UDP flows given up for others because there were as many as there may be."),
    ENDED_RETURNED("returned", "Sessions answered by return."),
    ENDED_DENIED("denied", "Sessions turned away by deny."),
    ENDED_LIMITED("limited", "Sessions turned away by limit_conn."),
    ENDED_INTERNAL_ERROR("internal_error", "Sessions that ended by a fault of the proxy or had no handler."),
    ENDED_BAD_PROXY_HEADER("bad_proxy_header", "Sessions that did not begin with a PROXY protocol header."),
    ENDED_HANDSHAKE_FAILED("handshake_failed", "Sessions whose client failed in the TLS handshake, or was not let in by it."),
    ENDED_DRAINED("drained", "Sessions closed by a fast stop or at the deadline of a drain."),
    ENDED_DOWNSTREAM_GONE("downstream_gone", "Sessions whose downstream side left before an upstream was connected."),
    ENDED_WORKER_CONNECTIONS("worker_connections", "Sessions closed because worker_connections were not enough."),

    DOWNSTREAM_BYTES_RECEIVED(Kind.COUNTER, Unit.BYTES, "Bytes received from downstream."),
    DOWNSTREAM_BYTES_SENT(Kind.COUNTER, Unit.BYTES, "Bytes sent downstream."),
    UPSTREAM_BYTES_RECEIVED(Kind.COUNTER, Unit.BYTES, "Bytes received from upstream."),
    UPSTREAM_BYTES_SENT(Kind.COUNTER, Unit.BYTES, "Bytes sent upstream."),
    BYTES_COPIED(Kind.COUNTER, Unit.BYTES, "Bytes relayed through a buffer."),
    BYTES_SPLICED(Kind.COUNTER, Unit.BYTES, "Bytes relayed through a pipe, inside the kernel."),

    DOWNSTREAM_DATAGRAMS_RECEIVED(Kind.COUNTER, Unit.DATAGRAMS, "Datagrams received from downstream."),
    UPSTREAM_DATAGRAMS_RECEIVED(Kind.COUNTER, Unit.DATAGRAMS, "Datagrams received from upstream."),
    DATAGRAMS_OVERFLOWN(
            Kind.COUNTER, Unit.DATAGRAMS, "Datagrams from downstream that found a listener's receive buffer full."),
    DATAGRAMS_UNSENT(
            Kind.COUNTER, Unit.DATAGRAMS, "Datagrams that the kernel did not take: a full send buffer, no route, too long."),
    DATAGRAMS_REFUSED(
            Kind.COUNTER, Unit.DATAGRAMS, "Datagrams of new clients that were dropped because no further flow may begin."),
    DATAGRAMS_OVER_RATE(Kind.COUNTER, Unit.DATAGRAMS, "Datagrams dropped because of proxy_upload_rate."),

    CONNECTS_ATTEMPTED(Kind.COUNTER, Unit.CONNECTS, "Connects to peers begun."),
    CONNECTS_FAILED(Kind.COUNTER, Unit.CONNECTS, "Connects to peers that failed or timed out."),
    CONNECTS_RETRIED(Kind.COUNTER, Unit.CONNECTS, "Connects to a further peer after one had failed."),

    ACCEPT_ERRORS(Kind.COUNTER, Unit.ERRORS, "Failed accepts, a connection already gone not counted."),
    ACCEPT_PAUSES(Kind.COUNTER, Unit.EVENTS, "Times a listener rested because descriptors had run out."),

    PIPES_OPEN(Kind.GAUGE, Unit.PIPES, "Pipes that exist, in use or pooled."),
    PIPES_POOLED(Kind.GAUGE, Unit.PIPES, "Pipes that wait in the pool."),
    PIPES_OPENED(Kind.COUNTER, Unit.PIPES, "Pipes created."),
    PIPES_DENIED(Kind.COUNTER, Unit.EVENTS, "Times a direction went on copying because the budget of pipes was used up."),

    HTTP_REQUESTS(Kind.COUNTER, Unit.REQUESTS, "Requests whose head was read; a connection of HTTP is a session."),

    LOG_LINES_DROPPED(Kind.COUNTER, Unit.LINES, "Access log lines dropped because the log's writer was behind."),

    LOOP_TURNS(Kind.COUNTER, Unit.EVENTS, "Turns of the event loop."),
    TIMERS_FIRED(Kind.COUNTER, Unit.EVENTS, "Timers whose deadline passed.");

    private static final Map<String, Metric> ENDED_BY_OUTCOME = Arrays.stream(values())
            .filter(metric -> !metric.label.isEmpty())
            .collect(Collectors.toUnmodifiableMap(Metric::label, Function.identity()));

    private final Kind kind;

    private final Unit unit;

    private final String family;

    private final String label;

    private final String sentence;

    Metric(Kind kind, Unit unit, String sentence) {
        this.kind = kind;
        this.unit = unit;
        this.family = name().toLowerCase(Locale.ROOT);
        this.label = "";
        this.sentence = sentence;
    }

    /// One way for a session to end.
    Metric(String outcome, String sentence) {
        this.kind = Kind.COUNTER;
        this.unit = Unit.SESSIONS;
        this.family = "sessions_ended";
        this.label = outcome;
        this.sentence = sentence;
    }

    /// The counter of sessions that ended with the outcome of this label.
    public static Metric ended(String outcome) {
        Metric metric = ENDED_BY_OUTCOME.get(outcome);
        if (metric == null) {
            throw new IllegalArgumentException("no metric counts outcome " + outcome);
        }
        return metric;
    }

    /// Whether it only grows.
    public Kind kind() {
        return kind;
    }

    /// What it counts.
    public Unit unit() {
        return unit;
    }

    /// The name without the label: `sessions_ended`, `bytes_copied`.
    public String family() {
        return family;
    }

    /// The outcome, in the family `sessions_ended`; otherwise empty.
    public String label() {
        return label;
    }

    /// What it means, for documentation and metrics pages.
    public String sentence() {
        return sentence;
    }

    /// Counters only grow; gauges rise and fall.
    public enum Kind {
        COUNTER,
        GAUGE
    }

    /// What is counted.
    public enum Unit {
        SESSIONS,
        BYTES,
        CONNECTS,
        DATAGRAMS,
        PIPES,
        LINES,
        REQUESTS,
        ERRORS,
        EVENTS
    }
}
