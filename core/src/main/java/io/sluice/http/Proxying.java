package io.sluice.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
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
import io.sluice.upstream.Selection;

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

    private @Nullable Selection selection;

    private @Nullable UpstreamConnection connection;

    private UpstreamConnector.@Nullable Connecting connecting;

    /// Set once a peer has answered 101.
    private @Nullable Upgraded upgraded;

    private final RequestBody body;

    /// The request on the way says that its body comes in chunks.
    private boolean chunkedUpstream;

    private boolean requestSent;

    private boolean tried;

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
        this.body = new RequestBody(!exchange.request().hasBody() || !sendsRequestBody(plan));
    }

    @Override
    public void start() {
        Request request = exchange.request();
        if (request.hasBody() && request.expectsContinue()) {
            exchange.response().interim(100);
        }
        if (body.isComplete() || !plan.options().requestBuffering()) {
            select();
        } else {
            exchange.waitFor(Exchange.Waiting.REQUEST_BODY, exchange.settings().bodyNanos());
        }
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
        body.arrived(content, last);
        long max = exchange.settings().maxBodyBytes();
        if (max > 0 && body.received() > max) {
            content.release();
            refuseLargeBody();
            return;
        }
        UpstreamConnection current = connection;
        if (!sendsRequestBody(plan)) {
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
            exchange.session().forbidKeepAlive();
            exchange.route().fail(HttpStatus.ENTITY_TOO_LARGE);
        }
    }

    private void gatherOn() {
        if (stage == Stage.GATHERING) {
            exchange.touch();
            if (body.isComplete() || body.keptBytes() >= exchange.settings().bodyBufferBytes()) {
                select();
            }
        }
    }

    @Override
    public void onRequestReadComplete() {
        UpstreamConnection current = connection;
        if (requestSent && current != null && stage == Stage.SENDING) {
            current.channel().flush();
            awaitBody(current);
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
        Selection fresh = target.select(exchange, plan);
        selection = fresh;
        next(fresh);
    }

    private void next(Selection from) {
        long now = exchange.now();
        Peer peer = from.next(now);
        if (peer == null) {
            exchange.attempt(new HttpAttempt(from.group().name(), "", now, exchange.attempt(), isFirst()));
            Messages.log(exchange, LogLevel.ERROR, () -> "no live upstreams while connecting to upstream");
            fail(HttpStatus.BAD_GATEWAY);
            return;
        }
        exchange.attempt(new HttpAttempt(peer.name(), peer.serverName(), now, exchange.attempt(), isFirst()));
        stage = Stage.CONNECTING;
        requestSent = false;
        UpstreamConnection idle = exchange.generation().take(target, peer);
        if (idle != null) {
            reused = true;
            onConnected(idle);
            return;
        }
        reused = false;
        exchange.resources().metrics().increment(Metric.CONNECTS_ATTEMPTED);
        exchange.waitFor(Exchange.Waiting.CONNECT, plan.connectNanos());
        UpstreamConnector.Connecting begun = exchange.generation().connector().connect(exchange, plan, target, peer, this);
        if (stage == Stage.CONNECTING && connection == null) {
            connecting = begun;
        }
    }

    /// Whether what is tried now follows upon tries of another location, by an internal redirect.
    private boolean isFirst() {
        boolean first = !tried;
        tried = true;
        return first && exchange.attempt() != null;
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
            selected().release();
            fail(HttpStatus.INTERNAL);
            return;
        }
        tryNext(timedOut ? NextUpstream.TIMEOUT : NextUpstream.ERROR,
                timedOut ? HttpStatus.GATEWAY_TIME_OUT : HttpStatus.BAD_GATEWAY);
    }

    private void sendRequest(UpstreamConnection to) {
        stage = Stage.SENDING;
        Request request = exchange.request();
        boolean upgrade = isUpgrade(request);
        to.use(this, isHeadRequest(request), upgrade);
        receivedBefore = to.decoder().received();
        chunkedUpstream = request.isChunked() && !body.isComplete();
        RequestWriter.send(exchange, plan, target, to, body.kept(), body.isComplete());
        requestSent = true;
        if (body.isComplete()) {
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
            attempt.headerNanos = exchange.now() - attempt.startNanos;
            exchange.resources().metrics().record(Latency.FIRST_BYTE, attempt.headerNanos);
        }
        NextUpstream failure = failure(status);
        if (failure != null && plan.triesNext(failure) && mayTryNext()) {
            Messages.log(exchange, LogLevel.ERROR, () -> "upstream answered " + status);
            dropConnection();
            tryNext(failure, status);
            return;
        }
        selected().connected();
        responseKeepAlive = HttpUtil.isKeepAlive(head);
        String accelerated = plan.options().ignoreHeaders().contains("x-accel-redirect")
                ? null
                : head.headers().get("X-Accel-Redirect");
        if (accelerated != null && status != HttpStatus.SWITCHING_PROTOCOLS) {
            finishAttempt();
            dropConnection();
            exchange.route().redirectInternally(accelerated);
            return;
        }
        if (plan.options().interceptErrors() && status >= 300 && exchange.settings().intercepts(status)) {
            finishAttempt();
            dropConnection();
            exchange.route().fail(status);
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

    private static @Nullable NextUpstream failure(int status) {
        return switch (status) {
            case 403 -> NextUpstream.HTTP_403;
            case 404 -> NextUpstream.HTTP_404;
            case 429 -> NextUpstream.HTTP_429;
            case 500 -> NextUpstream.HTTP_500;
            case 502 -> NextUpstream.HTTP_502;
            case 503 -> NextUpstream.HTTP_503;
            case 504 -> NextUpstream.HTTP_504;
            default -> null;
        };
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
    public void onResponseEnd() {
        if (skipsInterim) {
            skipsInterim = false;
            return;
        }
        if (upgraded != null || stage == Stage.DONE) {
            return;
        }
        finishAttempt();
        UpstreamConnection current = connection;
        connection = null;
        stage = Stage.DONE;
        selected().release();
        if (current != null) {
            if (responseKeepAlive && body.isComplete() && requestSent) {
                exchange.generation().giveBack(target, current, exchange.now());
            } else {
                current.close();
            }
        }
        exchange.response().finish();
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
        } else {
            tryNext(NextUpstream.INVALID_HEADER, HttpStatus.BAD_GATEWAY);
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
        if (reused && exchange.request().isIdempotent() && !body.isGone()) {
            // It had been idle, and the peer closed it while the request was on its way: no fault of the peer's.
            retryFresh();
            return;
        }
        Messages.log(exchange, LogLevel.ERROR, () -> reason + " while reading response header from upstream");
        tryNext(NextUpstream.ERROR, HttpStatus.BAD_GATEWAY);
    }

    private void retryFresh() {
        Selection from = selected();
        Peer peer = from.peer();
        if (peer == null) {
            fail(HttpStatus.BAD_GATEWAY);
            return;
        }
        reused = false;
        requestSent = false;
        stage = Stage.CONNECTING;
        exchange.waitFor(Exchange.Waiting.CONNECT, plan.connectNanos());
        connecting = exchange.generation().connector().connect(exchange, plan, target, peer, this);
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

    private boolean mayTryNext() {
        Selection from = selected();
        long limit = plan.nextUpstreamNanos();
        return !body.isGone()
                && from.triesLeft() > 1
                && (limit == 0 || exchange.now() - exchange.startNanos() < limit)
                && (!requestSent
                        || exchange.request().isIdempotent()
                        || plan.triesNext(NextUpstream.NON_IDEMPOTENT));
    }

    private void tryNext(NextUpstream why, int status) {
        finishAttempt();
        HttpAttempt attempt = exchange.attempt();
        if (attempt != null && attempt.status == 0) {
            attempt.status = status;
        }
        Selection from = selected();
        boolean may = plan.triesNext(why) && mayTryNext();
        if (why == NextUpstream.HTTP_403 || why == NextUpstream.HTTP_404) {
            from.release();
        } else {
            from.failed(exchange.now());
        }
        if (!may) {
            fail(status);
            return;
        }
        exchange.resources().metrics().increment(Metric.CONNECTS_RETRIED);
        requestSent = false;
        next(from);
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

    private Selection selected() {
        Selection from = selection;
        if (from == null) {
            throw new IllegalStateException("no peer has been selected in stage " + stage);
        }
        return from;
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
            tryNext(NextUpstream.TIMEOUT, HttpStatus.GATEWAY_TIME_OUT);
        }
    }

    // After a 101.

    private void beginTunnel(Upgraded tunnel, UpstreamConnection current) {
        stage = Stage.TUNNELING;
        connection = null;
        exchange.response().flush();
        HttpAttempt attempt = exchange.attempt();
        if (attempt != null) {
            attempt.responseBytes = current.decoder().received() - receivedBefore - tunnel.collectedBytes();
        }
        tunnel.begin(current, selected(), exchange.session().downstream().isTls() || target.isTls(), plan.readNanos());
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
        body.release();
        if (selection != null) {
            selection.release();
        }
    }
}
