package io.sluice.http;

import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.HttpProxyOptions.NextUpstream;
import io.sluice.config.model.HttpProxyOptions.Upgrade;
import io.sluice.config.model.LogLevel;
import io.sluice.metrics.Latency;
import io.sluice.metrics.Metric;
import io.sluice.session.Failure;
import io.sluice.session.FailureKind;
import io.sluice.session.Outcome;
import io.sluice.session.Side;
import io.sluice.transport.linux.Errno;
import io.sluice.upstream.Peer;
import io.sluice.upstream.RetryRules;

/// Answers an exchange by asking a peer, and the next one when the first fails. Confined to its worker's event loop.
///
///     GATHERING (the body) --> CONNECTING --> SENDING --> AWAITING_HEAD --> RELAYING --> done
///                                  ^              |             |              |
///                                  +--- next peer-+-------------+              +--> TUNNELING (101)
final class Proxying implements Responder, UpstreamConnection.User {

    private enum Stage {
        GATHERING,
        CONNECTING,
        SENDING,
        AWAITING_HEAD,
        RELAYING,
        TUNNELING,
        DONE
    }

    private final Exchange exchange;

    private final ProxyPlan plan;

    private final ProxyTarget target;

    private Stage stage = Stage.GATHERING;

    private @Nullable PeerWalk walk;

    private @Nullable UpstreamConnection connection;

    private UpstreamConnector.@Nullable Connecting connecting;

    /// Set once a peer has answered 101.
    private @Nullable Upgraded upgraded;

    private final RequestBody body;

    /// The peer gets none of it: it is not to be passed, or an earlier peer has had it.
    private final boolean bodyless;

    /// The request on the way says that its body comes in chunks.
    private boolean chunkedUpstream;

    private boolean requestSent;

    private boolean reused;

    private boolean skipsInterim;

    private boolean responseKeepAlive;

    /// `proxy_limit_rate`.
    private Pace upstreamPace = Pace.FREE;

    private boolean released;

    /// Bytes that the connection had received before this request.
    private long receivedBefore;

    Proxying(Exchange exchange, ProxyPlan plan, ProxyTarget target) {
        this.exchange = exchange;
        this.plan = plan;
        this.target = target;
        this.body = exchange.body();
        this.bodyless = !sendsRequestBody(plan) || body.isGone();
    }

    @Override
    public void start() {
        Request request = exchange.request();
        if (!body.isComplete() && body.received() == 0 && request.expectsContinue()) {
            exchange.response().interim(100);
        }
        if (isBodyDone() || (!plan.options().requestBuffering() && !gathersAll())) {
            select();
        } else {
            exchange.waitFor(Exchange.Waiting.REQUEST_BODY, exchange.settings().bodyNanos());
        }
    }

    /// Nothing more of the body goes to the peer.
    private boolean isBodyDone() {
        return bodyless || body.isComplete();
    }

    /// HTTP/1.0 has no chunks: how long the body is has to be known before it is sent.
    private boolean gathersAll() {
        return exchange.request().isChunked() && !plan.options().keepAliveUpstream();
    }

    private static boolean sendsRequestBody(ProxyPlan plan) {
        return plan.options().passBody() && plan.body() == null;
    }

    // The request's body.

    @Override
    public boolean wantsRequestBody() {
        return switch (stage) {
            case GATHERING -> true;
            case CONNECTING, AWAITING_HEAD -> body.keptBytes() < exchange.settings().bodyBufferBytes();
            case SENDING, RELAYING -> {
                UpstreamConnection current = connection;
                yield current == null || current.channel().isWritable();
            }
            case TUNNELING, DONE -> false;
        };
    }

    @Override
    public void onRequestBody(ByteBuf content, boolean last) {
        // A last part without content is told of requests without a body, too.
        boolean wanted = !isBodyDone() && stage != Stage.TUNNELING && stage != Stage.DONE;
        body.arrived(content, last);
        long max = exchange.settings().maxBodyBytes();
        if (max > 0 && body.received() > max) {
            content.release();
            refuseLargeBody();
            return;
        }
        UpstreamConnection current = connection;
        if (!wanted) {
            content.release();
        } else if (requestSent && current != null && stage != Stage.CONNECTING) {
            body.passOn();
            RequestWriter.bodyPart(current.channel(), content, last, chunkedUpstream);
            if (last) {
                awaitHead();
            }
        } else {
            body.keep(content, exchange.session().channel().alloc());
            gatherOn();
        }
    }

    private void refuseLargeBody() {
        Messages.log(exchange, LogLevel.ERROR, () -> "client intended to send too large body");
        if (exchange.response().isHeadSent()) {
            exchange.end(Outcome.Plain.ABANDONED);
            exchange.session().close();
        } else {
            body.abandon();
            exchange.session().forbidKeepAlive();
            exchange.route().fail(HttpStatus.ENTITY_TOO_LARGE);
        }
    }

    private void gatherOn() {
        if (stage == Stage.GATHERING) {
            exchange.touch();
            boolean full = body.keptBytes() >= exchange.settings().bodyBufferBytes();
            if (full && !body.isComplete() && gathersAll()) {
                Messages.log(exchange, LogLevel.ERROR, () -> "a body in chunks is longer than client_body_buffer_size, and"
                        + " the peer is spoken to by HTTP/1.0");
                body.abandon();
                exchange.session().forbidKeepAlive();
                exchange.route().fail(HttpStatus.LENGTH_REQUIRED);
            } else if (full || body.isComplete()) {
                select();
            }
        }
    }

    @Override
    public void onRequestReadComplete() {
        UpstreamConnection current = connection;
        // A peer may answer before it has the body, and still wants the rest.
        if (requestSent && current != null && (stage == Stage.SENDING || stage == Stage.RELAYING)) {
            current.channel().flush();
            if (stage == Stage.SENDING) {
                awaitBody(current);
            }
        }
    }

    /// More of the body is to come: it is the client that is waited for, unless the peer takes no more.
    private void awaitBody(UpstreamConnection to) {
        if (to.channel().isWritable()) {
            exchange.waitFor(Exchange.Waiting.REQUEST_BODY, exchange.settings().bodyNanos());
        } else {
            exchange.waitFor(Exchange.Waiting.UPSTREAM_SEND, plan.sendNanos());
        }
    }

    // Peers.

    private void select() {
        stage = Stage.CONNECTING;
        PeerWalk begun = new PeerWalk(exchange, plan, target);
        walk = begun;
        next(begun);
    }

    private void next(PeerWalk from) {
        Peer peer = from.next();
        if (peer == null) {
            fail(HttpStatus.BAD_GATEWAY);
            return;
        }
        stage = Stage.CONNECTING;
        requestSent = false;
        UpstreamConnection idle = exchange.generation().take(target, peer);
        reused = idle != null;
        if (idle != null) {
            onConnected(idle);
            return;
        }
        exchange.resources().metrics().increment(Metric.CONNECTS_ATTEMPTED);
        connect(peer);
    }

    private void connect(Peer peer) {
        exchange.waitFor(Exchange.Waiting.CONNECT, plan.connectNanos());
        UpstreamConnector.Connecting begun = exchange.generation().connector().connect(exchange, plan, target, peer, this);
        if (stage == Stage.CONNECTING && connection == null) {
            connecting = begun;
        }
    }

    /// A connection stands, TLS included.
    void onConnected(UpstreamConnection made) {
        connecting = null;
        connection = made;
        HttpAttempt attempt = exchange.attempt();
        if (attempt != null) {
            attempt.connectNanos = exchange.now() - attempt.startNanos;
            exchange.resources().metrics().record(Latency.CONNECT, attempt.connectNanos);
        }
        sendRequest(made);
    }

    /// A connection did not come about.
    ///
    /// @param message what failed, for the log
    /// @param retryable whether another peer may do better, and this one is to blame
    void onConnectFailed(String message, boolean timedOut, boolean retryable) {
        connecting = null;
        exchange.resources().metrics().increment(Metric.CONNECTS_FAILED);
        Messages.log(exchange, LogLevel.ERROR, () -> message + " while connecting to upstream");
        if (!retryable) {
            walk().release();
            fail(HttpStatus.INTERNAL);
            return;
        }
        tryNext(timedOut ? NextUpstream.TIMEOUT : NextUpstream.ERROR);
    }

    private void sendRequest(UpstreamConnection to) {
        stage = Stage.SENDING;
        Request request = exchange.request();
        boolean upgrade = isUpgrade(request);
        to.use(this, isHeadRequest(request), upgrade);
        receivedBefore = to.decoder().received();
        chunkedUpstream = request.isChunked() && !isBodyDone();
        RequestWriter.send(exchange, plan, target, to, bodyless ? null : body.kept(), isBodyDone());
        requestSent = true;
        if (isBodyDone()) {
            awaitHead();
        } else {
            if (body.keptBytes() > 0) {
                body.passOn();
            }
            awaitBody(to);
            exchange.session().readOn();
        }
        to.read();
    }

    private boolean isHeadRequest(Request request) {
        return plan.method() == null ? request.isHead() : "HEAD".equals(target.method());
    }

    /// Whether the peer is asked to change the protocol.
    private boolean isUpgrade(Request request) {
        return request.header(HttpHeaderNames.UPGRADE) != null
                && (plan.sets("upgrade") || plan.options().upgrade() == Upgrade.AUTO);
    }

    private void awaitHead() {
        if (stage == Stage.SENDING) {
            stage = Stage.AWAITING_HEAD;
            exchange.waitFor(Exchange.Waiting.UPSTREAM_READ, plan.readNanos());
            UpstreamConnection current = connection;
            if (current != null) {
                current.channel().flush();
            }
        }
    }

    // The response.

    @Override
    public void onHead(HttpResponse head) {
        int status = head.status().code();
        HttpAttempt attempt = exchange.attempt();
        if (status < 200 && (status != HttpStatus.SWITCHING_PROTOCOLS || !isUpgrade(exchange.request()))) {
            if (status == HttpStatus.SWITCHING_PROTOCOLS) {
                onInvalidResponse(new IllegalStateException("101 without a request to upgrade"));
                return;
            }
            skipsInterim = true;
            return;
        }
        if (attempt != null) {
            attempt.status = status;
            attempt.fields = head.headers();
            attempt.headerNanos = exchange.now() - attempt.startNanos;
            exchange.resources().metrics().record(Latency.FIRST_BYTE, attempt.headerNanos);
        }
        PeerWalk at = walk();
        if (at.passesOver(status, sent())) {
            Messages.log(exchange, LogLevel.ERROR, () -> "upstream answered " + status);
            finishAttempt();
            dropConnection();
            goOn(at);
            return;
        }
        at.accept();
        responseKeepAlive = HttpUtil.isKeepAlive(head);
        if (plan.options().interceptErrors() && status >= 300 && exchange.settings().intercepts(status)) {
            finishAttempt();
            dropConnection();
            exchange.route().fail(status);
            return;
        }
        at.passOn();
        String accelerated = plan.options().ignoreHeaders().contains("x-accel-redirect")
                ? null
                : head.headers().get("X-Accel-Redirect");
        if (accelerated != null && status != HttpStatus.SWITCHING_PROTOCOLS) {
            finishAttempt();
            dropConnection();
            exchange.response().carry(head.headers());
            exchange.route().accelerate(accelerated);
            return;
        }
        stage = Stage.RELAYING;
        upstreamPace = new Pace(plan.rate().bytes(exchange), 0, exchange.now());
        ResponseHead made = UpstreamHead.translate(exchange, plan, head);
        if (status == HttpStatus.SWITCHING_PROTOCOLS) {
            upgraded = new Upgraded(exchange);
        }
        exchange.response().head(made);
    }

    @Override
    public void onBody(ByteBuf part) {
        if (skipsInterim || stage == Stage.DONE) {
            part.release();
            return;
        }
        HttpAttempt attempt = exchange.attempt();
        if (attempt != null) {
            attempt.bodyBytes += part.readableBytes();
        }
        exchange.resources().metrics().add(Metric.UPSTREAM_BYTES_RECEIVED, part.readableBytes());
        Upgraded tunnel = upgraded;
        if (tunnel != null) {
            tunnel.collect(part);
            return;
        }
        exchange.response().body(part);
    }

    @Override
    public void onUpstreamReadComplete() {
        UpstreamConnection current = connection;
        if (current == null || stage == Stage.DONE) {
            return;
        }
        Upgraded tunnel = upgraded;
        if (tunnel != null) {
            beginTunnel(tunnel, current);
            return;
        }
        if (stage == Stage.RELAYING) {
            exchange.response().flush();
            readOn(current);
            return;
        }
        current.read();
    }

    @Override
    public void onDownstreamWritability(boolean writable) {
        UpstreamConnection current = connection;
        if (writable && stage == Stage.RELAYING && current != null && exchange.waiting() != Exchange.Waiting.PACE) {
            readOn(current);
        }
    }

    /// Reads more of the response when the client has room for it, and no rate is exceeded.
    private void readOn(UpstreamConnection from) {
        if (!exchange.session().isWritable()) {
            exchange.waitFor(Exchange.Waiting.DOWNSTREAM_SEND, exchange.settings().sendNanos());
            return;
        }
        HttpAttempt attempt = exchange.attempt();
        long received = attempt == null ? 0 : attempt.bodyBytes;
        long pause = Math.max(exchange.response().pauseNanos(), upstreamPace.pauseNanos(received, exchange.now()));
        if (pause > 0) {
            exchange.waitFor(Exchange.Waiting.PACE, pause);
        } else {
            exchange.waitFor(Exchange.Waiting.UPSTREAM_READ, plan.readNanos());
            from.read();
        }
    }

    @Override
    public void onUpstreamWritable() {
        UpstreamConnection current = connection;
        if (stage == Stage.SENDING && current != null) {
            awaitBody(current);
        }
        exchange.session().readOn();
    }

    @Override
    public void onResponseEnd(HttpHeaders trailers) {
        if (skipsInterim) {
            skipsInterim = false;
            return;
        }
        if (upgraded != null || stage == Stage.DONE) {
            return;
        }
        finishAttempt();
        passOn(trailers);
        UpstreamConnection current = connection;
        connection = null;
        stage = Stage.DONE;
        walk().release();
        if (current != null) {
            if (responseKeepAlive && isBodyDone() && requestSent && !current.decoder().hasLeftover()) {
                exchange.generation().giveBack(target, current, exchange.now());
            } else {
                current.close();
            }
        }
        exchange.response().finish();
    }

    /// `proxy_pass_trailers`.
    private void passOn(HttpHeaders trailers) {
        HttpAttempt attempt = exchange.attempt();
        if (!plan.options().passTrailers() || trailers.isEmpty()) {
            return;
        }
        if (attempt != null) {
            attempt.trailers = trailers;
        }
        for (Map.Entry<String, String> field : trailers) {
            if (!plan.hidden().contains(field.getKey())) {
                exchange.response().trailer(field.getKey(), field.getValue());
            }
        }
    }

    private void finishAttempt() {
        HttpAttempt attempt = exchange.attempt();
        if (attempt != null && attempt.responseNanos == HttpAttempt.NEVER) {
            attempt.responseNanos = exchange.now() - attempt.startNanos;
            UpstreamConnection current = connection;
            if (current != null) {
                attempt.responseBytes = current.decoder().received() - receivedBefore;
            }
        }
    }

    @Override
    public void onInvalidResponse(Throwable cause) {
        Messages.log(exchange, LogLevel.ERROR,
                () -> "upstream sent invalid header (" + cause.getMessage() + ") while reading response header from upstream");
        dropConnection();
        if (exchange.response().isHeadSent()) {
            abort();
        } else if (cause instanceof PrematureChannelClosureException) {
            noResponse();
        } else {
            tryNext(NextUpstream.INVALID_HEADER);
        }
    }

    @Override
    public void onUpstreamClosed(@Nullable Throwable cause) {
        UpstreamConnection current = connection;
        connection = null;
        if (current == null || stage == Stage.DONE) {
            return;
        }
        if (exchange.response().isHeadSent()) {
            Messages.log(exchange, LogLevel.ERROR,
                    () -> "upstream prematurely closed connection while reading upstream");
            abort();
            return;
        }
        String reason = cause == null
                ? "upstream prematurely closed connection"
                : "upstream connection failed (" + cause.getMessage() + ")";
        if (!reused) {
            Messages.log(exchange, LogLevel.ERROR, () -> reason + " while reading response header from upstream");
        }
        noResponse();
    }

    /// The connection ended before there was the head of a response.
    private void noResponse() {
        if (reused && exchange.request().isIdempotent() && sent() != RetryRules.Sent.NOT_KEPT) {
            // It had been idle, and the peer closed it while the request was on its way: no fault of the peer's.
            retryFresh();
        } else {
            tryNext(NextUpstream.ERROR);
        }
    }

    private void retryFresh() {
        Peer peer = walk().peer();
        if (peer == null) {
            fail(HttpStatus.BAD_GATEWAY);
            return;
        }
        reused = false;
        requestSent = false;
        stage = Stage.CONNECTING;
        connect(peer);
    }

    /// The response broke off: the client must not take what it has for the whole.
    private void abort() {
        finishAttempt();
        stage = Stage.DONE;
        exchange.response().flush();
        exchange.end(new Outcome.Aborted(new Failure(FailureKind.SOCKET_ERROR, Side.UPSTREAM, 0)));
        exchange.session().close();
    }

    // Other peers.

    /// What the peer has got of the request.
    private RetryRules.Sent sent() {
        if (!bodyless && body.isGone()) {
            return RetryRules.Sent.NOT_KEPT;
        }
        if (!requestSent) {
            return RetryRules.Sent.NOTHING;
        }
        return exchange.request().isIdempotent() ? RetryRules.Sent.IDEMPOTENT : RetryRules.Sent.NON_IDEMPOTENT;
    }

    private void tryNext(NextUpstream why) {
        finishAttempt();
        HttpAttempt attempt = exchange.attempt();
        int status = RetryRules.status(why);
        if (attempt != null && attempt.status == 0) {
            attempt.status = status;
        }
        PeerWalk from = walk();
        if (from.failed(why, reused && why == NextUpstream.ERROR, sent())) {
            goOn(from);
        } else {
            fail(status);
        }
    }

    private void goOn(PeerWalk to) {
        exchange.resources().metrics().increment(Metric.CONNECTS_RETRIED);
        requestSent = false;
        next(to);
    }

    private void fail(int status) {
        stage = Stage.DONE;
        dropConnection();
        exchange.waitFor(Exchange.Waiting.NOTHING, 0);
        if (exchange.response().isHeadSent()) {
            abort();
        } else {
            exchange.route().fail(status);
        }
    }

    private PeerWalk walk() {
        PeerWalk begun = walk;
        if (begun == null) {
            throw new IllegalStateException("no peer has been selected in stage " + stage);
        }
        return begun;
    }

    @Override
    public void onTimeout(Exchange.Waiting what) {
        UpstreamConnection current = connection;
        if (what == Exchange.Waiting.PACE && current != null) {
            readOn(current);
            return;
        }
        HttpAttempt attempt = exchange.attempt();
        if (stage == Stage.TUNNELING) {
            Messages.log(exchange, LogLevel.INFO, () -> "upgraded connection timed out");
            exchange.end(Outcome.Plain.IDLE);
            return;
        }
        String doing = switch (what) {
            case CONNECT -> "connecting to upstream";
            case UPSTREAM_SEND -> "sending request to upstream";
            default -> exchange.response().isHeadSent()
                    ? "reading upstream"
                    : "reading response header from upstream";
        };
        Messages.log(exchange, LogLevel.ERROR,
                () -> "upstream timed out (" + Errno.describe(Errno.ETIMEDOUT) + ") while " + doing);
        UpstreamConnector.Connecting underWay = connecting;
        if (underWay != null) {
            connecting = null;
            underWay.cancel();
        }
        dropConnection();
        if (attempt != null && exchange.response().isHeadSent()) {
            abort();
        } else {
            tryNext(NextUpstream.TIMEOUT);
        }
    }

    // After a 101.

    private void beginTunnel(Upgraded tunnel, UpstreamConnection current) {
        exchange.response().flush();
        if (!exchange.session().channel().isOpen()) {
            // The client has gone meanwhile, which the flush found out.
            exchange.onDownstreamGone();
            exchange.session().close();
            return;
        }
        if (!current.isOpen()) {
            // The peer has, of which its channel tells next.
            return;
        }
        stage = Stage.TUNNELING;
        connection = null;
        HttpAttempt attempt = exchange.attempt();
        if (attempt != null) {
            attempt.responseBytes = current.decoder().received() - receivedBefore - tunnel.collectedBytes();
        }
        tunnel.begin(current, walk(), exchange.session().downstream().isTls() || target.isTls(), plan.readNanos());
    }

    /// `$proxy_host`.
    String host() {
        return target.host();
    }

    /// Bytes that a tunnel has sent to the client.
    long tunneledDown() {
        return upgraded == null ? 0 : upgraded.sentDown();
    }

    @Override
    public boolean needsClient() {
        return stage != Stage.DONE && !plan.options().ignoreClientAbort();
    }

    private void dropConnection() {
        UpstreamConnection current = connection;
        if (current != null) {
            connection = null;
            current.close();
        }
    }

    @Override
    public void release() {
        if (released) {
            return;
        }
        released = true;
        stage = Stage.DONE;
        finishAttempt();
        UpstreamConnector.Connecting underWay = connecting;
        if (underWay != null) {
            connecting = null;
            underWay.cancel();
        }
        dropConnection();
        if (upgraded != null) {
            upgraded.release();
        }
        if (walk != null) {
            walk.release();
        }
    }
}
