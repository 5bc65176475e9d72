package io.sluice.http;

import java.util.function.Predicate;
import java.util.function.Supplier;

import io.netty.buffer.CompositeByteBuf;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LogLevel;
import io.sluice.log.TwoStepLogs;
import io.sluice.metrics.Metric;
import io.sluice.route.SessionLimits;
import io.sluice.session.ErrorSink;
import io.sluice.session.Failure;
import io.sluice.session.FailureKind;
import io.sluice.session.HttpVariable;
import io.sluice.session.InternalFault;
import io.sluice.session.Outcome;
import io.sluice.session.Side;
import io.sluice.session.Variable;
import io.sluice.stream.Member;
import io.sluice.stream.SessionResources;
import io.sluice.stream.WorkerGeneration;
import io.sluice.tcp.RelayPair;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.Errno;
import io.sluice.upstream.Selection;
import io.sluice.variable.ProcessVariables;
import io.sluice.variable.VariableSource;
import io.sluice.variable.VariableValues;

/// A WebSocket, or whatever else follows a 101, with plain text on both sides: the pair has left Netty and is relayed like any
/// TCP session. Confined to its worker's event loop.
///
/// Thousands of them are idle for hours. So the exchange it was is not kept: connection, heads and variables are let go, and
/// what a log line needs of them was taken when it began ([TwoStepLogs]).
///
/// Any byte in either direction re-arms the idle timer, `proxy_read_timeout`; the first end or error of a side ends the session,
/// as in nginx. Frames of WebSocket are not looked at here; who wants to, stands between [RelayPair] and its sockets.
final class UpgradedSession extends Member implements RelayPair.Owner, VariableSource {

    /// Whose values are known at the end only.
    static final Predicate<Variable> CHANGING = variable -> variable instanceof HttpVariable named && switch (named) {
        case BYTES_SENT, BODY_BYTES_SENT, REQUEST_TIME, CONNECTION_TIME, MSEC, TIME_ISO8601, TIME_LOCAL, SESSION_OUTCOME,
             TCPINFO_RTT, TCPINFO_RTTVAR, TCPINFO_SND_CWND, TCPINFO_RCV_SPACE, UPSTREAM_RESPONSE_TIME, UPSTREAM_BYTES_RECEIVED,
             UPSTREAM_BYTES_SENT ->
            true;
        default -> false;
    };

    private final WorkerHttp worker;

    private final WorkerGeneration members;

    private final ErrorSink errors;

    private final TwoStepLogs.Lines lines;

    private final Downstream downstream;

    private final Selection selection;

    private final SessionLimits.@Nullable Admitted places;

    private final RelayPair pair;

    private final StreamSocket socket;

    private final long startNanos;

    private final long attemptStartNanos;

    private final long idleNanos;

    /// Bytes of the response before the relay, and of its body among them.
    private final long headSent;

    private final long bodySent;

    private final long headReceived;

    private final long requestSent;

    private long activeNanos;

    private @Nullable Outcome outcome;

    private UpgradedSession(Exchange exchange, TwoStepLogs logs, Selection selection, long idleNanos, HttpAttempt attempt,
            CompositeByteBuf fromDownstream) {
        HttpSession session = exchange.session();
        this.worker = session.worker();
        this.members = exchange.generation().members();
        this.errors = exchange.settings().errors();
        this.downstream = session.downstream();
        this.selection = selection;
        this.places = exchange.route().admittance().takePlaces();
        this.startNanos = exchange.startNanos();
        this.attemptStartNanos = attempt.startNanos;
        this.idleNanos = idleNanos;
        this.headSent = exchange.response().sentBytes();
        this.bodySent = exchange.response().bodyBytes();
        this.headReceived = attempt.responseBytes;
        this.requestSent = attempt.sentBytes;
        this.lines = logs.begin(exchange);
        this.pair = new RelayPair(
                exchange.resources(), this, (int) exchange.settings().options().proxy().bufferSize().bytes(), false);
        this.socket = session.handOver(pair, fromDownstream);
        this.activeNanos = exchange.now();
    }

    /// Takes over from an exchange whose peer has answered 101, the head of the response flushed already.
    ///
    /// @param logs those of its location
    /// @param idleNanos `proxy_read_timeout`
    /// @param fromUpstream bytes behind the peer's head, this one's from now on; null: none
    static void begin(Exchange exchange, TwoStepLogs logs, Selection selection, long idleNanos, HttpAttempt attempt,
            UpstreamConnection connection, @Nullable CompositeByteBuf fromUpstream) {
        CompositeByteBuf fromDownstream = exchange.session().channel().alloc().compositeDirectBuffer();
        UpgradedSession begun = new UpgradedSession(exchange, logs, selection, idleNanos, attempt, fromDownstream);
        StreamSocket above = connection.handOver(begun.pair);
        begun.members.add(begun);
        exchange.leave();
        begun.relay(above, fromUpstream, fromDownstream);
    }

    private void relay(StreamSocket above, @Nullable CompositeByteBuf fromUpstream, CompositeByteBuf fromDownstream) {
        resources().wheel().schedule(this, activeNanos + idleNanos);
        pair.begin(socket, above);
        if (fromUpstream != null) {
            pair.forward(Side.UPSTREAM, fromUpstream);
        }
        pair.forward(Side.DOWNSTREAM, fromDownstream);
        if (outcome == null) {
            pair.start();
        }
    }

    private SessionResources resources() {
        return worker.resources();
    }

    private long now() {
        return resources().clock().nanos();
    }

    @Override
    public void onProgress() {
        activeNanos = now();
    }

    @Override
    protected void onTimer(long nowNanos) {
        long due = activeNanos + idleNanos;
        if (nowNanos - due < 0) {
            resources().wheel().schedule(this, due);
            return;
        }
        log(LogLevel.INFO, () -> "upgraded connection timed out");
        end(Outcome.Plain.IDLE);
    }

    @Override
    public void onFinished(Side first) {
        end(new Outcome.Completed(first));
    }

    @Override
    public void onFailed(Side side, int errno) {
        log(side == Side.DOWNSTREAM ? LogLevel.INFO : LogLevel.ERROR,
                () -> (side == Side.DOWNSTREAM ? "client" : "upstream") + " connection failed (" + Errno.describe(errno)
                        + ") while proxying upgraded connection");
        FailureKind kind = errno == Errno.ECONNRESET ? FailureKind.RESET : FailureKind.SOCKET_ERROR;
        end(new Outcome.Aborted(new Failure(kind, side, errno)));
    }

    private void log(LogLevel level, Supplier<String> message) {
        if (errors.admits(level)) {
            var peer = selection.peer();
            errors.log(level, downstream.number(), message.get() + ", client: " + downstream.remoteHost()
                    + (peer == null ? "" : ", upstream: \"" + peer.name() + "\""));
        }
    }

    @Override
    public void onPairFault(Throwable fault) {
        onFault(fault);
    }

    @Override
    protected void onFault(Throwable thrown) {
        InternalFault fault = new InternalFault(thrown);
        errors.log(fault.level(), downstream.number(), fault.toString());
        end(Outcome.Plain.INTERNAL);
    }

    @Override
    public void close(Outcome why) {
        end(why);
    }

    /// The only exit. Idempotent.
    private void end(Outcome why) {
        if (outcome != null) {
            return;
        }
        outcome = why;
        try {
            resources().metrics().add(Metric.LOG_LINES_DROPPED, TwoStepLogs.finish(lines, this));
        } finally {
            resources().wheel().cancel(this);
            pair.close();
            selection.release();
            if (places != null) {
                places.release();
            }
            members.remove(this);
            resources().connections().giveBack();
            worker.downstreamEnded(downstream, why);
        }
    }

    @Override
    public @Nullable String value(Variable variable) {
        return variable instanceof HttpVariable named ? changing(named) : null;
    }

    private @Nullable String changing(HttpVariable named) {
        long nanos = now();
        return switch (named) {
            case BYTES_SENT -> Long.toString(headSent + pair.sent(Side.DOWNSTREAM));
            case BODY_BYTES_SENT -> Long.toString(bodySent + pair.sent(Side.DOWNSTREAM));
            case REQUEST_TIME -> ProcessVariables.seconds(nanos - startNanos);
            case CONNECTION_TIME -> ProcessVariables.seconds(nanos - downstream.acceptedNanos());
            case UPSTREAM_RESPONSE_TIME -> ProcessVariables.seconds(nanos - attemptStartNanos);
            case UPSTREAM_BYTES_RECEIVED -> Long.toString(headReceived + pair.received(Side.UPSTREAM));
            case UPSTREAM_BYTES_SENT -> Long.toString(requestSent + pair.sent(Side.UPSTREAM));
            case SESSION_OUTCOME -> outcome == null ? null : outcome.label();
            case MSEC, TIME_ISO8601, TIME_LOCAL -> resources().processVariables().value(named);
            default -> TcpInfo.value(resources(), socket, named);
        };
    }

    /// None is asked for at the end: they were taken with the first values.
    @Override
    public VariableValues variableValues() {
        throw new IllegalStateException("a log line asks for a variable that was to be taken at its beginning");
    }
}
