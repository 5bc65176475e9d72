package io.sluice.http;

import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LocationOptions.ClientOptions;
import io.sluice.config.model.LogLevel;
import io.sluice.config.model.RewriteStep.FileCheck;
import io.sluice.http.files.FileStatus;
import io.sluice.http.routing.Location;
import io.sluice.http.routing.RequestTarget;
import io.sluice.http.routing.RewriteTarget;
import io.sluice.metrics.Metric;
import io.sluice.network.IpText;
import io.sluice.network.IpText.AddressAndPort;
import io.sluice.session.HttpVariable;
import io.sluice.session.InternalFault;
import io.sluice.session.Outcome;
import io.sluice.session.Variable;
import io.sluice.stream.Member;
import io.sluice.stream.SessionResources;
import io.sluice.variable.ByteText;
import io.sluice.variable.VariableValues;

/// One request and its response. Confined to its worker's event loop.
///
///     ROUTING ---> DELAYED (limit_req) ---> RESOLVING (a computed name) ---> RESPONDING ---> ENDED
///        |            |                                                        ^    |
///        +------------+--------------------------------------------------------+    +--> TUNNELING (after a 101) ---> ENDED
///
/// [ExchangeRoute] finds who answers; a [Responder] answers through [ResponseWriter]; [#end] is the one exit.
final class Exchange extends Member implements RewriteTarget<LocationSettings> {

    /// What the timer waits for.
    enum Waiting {
        NOTHING,
        /// `limit_req`.
        DELAY,
        /// `resolver_timeout`.
        NAME,
        /// `client_body_timeout`.
        REQUEST_BODY,
        /// `proxy_connect_timeout`.
        CONNECT,
        /// `proxy_send_timeout`.
        UPSTREAM_SEND,
        /// `proxy_read_timeout`.
        UPSTREAM_READ,
        /// `send_timeout`.
        DOWNSTREAM_SEND,
        /// `limit_rate`.
        PACE
    }

    private final HttpSession session;

    private final HttpGeneration generation;

    private final Request request;

    private final long startNanos;

    private final ExchangeRoute route;

    private final ResponseWriter response;

    private final RequestBody body;

    private @Nullable Responder responder;

    private @Nullable VariableValues values;

    private @Nullable HttpAttempt attempt;

    private @Nullable Outcome outcome;

    private @Nullable String requestId;

    private Waiting waiting = Waiting.NOTHING;

    private long waitingSinceNanos;

    private long waitingNanos;

    private long armedNanos;

    /// What the kernel had taken when the present wait began.
    private long sentBefore;

    private long requestBytes;

    private boolean isGet;

    private @Nullable String limitRate;

    Exchange(HttpSession session, HttpRequest message) {
        this.session = session;
        this.generation = session.endpoint().generation();
        this.request = new Request(message);
        this.body = new RequestBody(!request.hasBody());
        this.startNanos = session.worker().resources().clock().nanos();
        this.route = new ExchangeRoute(this, message.decoderResult().cause());
        this.response = new ResponseWriter(this);
    }

    void begin() {
        generation.members().add(this);
        resources().metrics().increment(Metric.HTTP_REQUESTS);
        try {
            route.begin();
        } catch (Throwable fault) {
            onFault(fault);
        }
    }

    HttpSession session() {
        return session;
    }

    HttpGeneration generation() {
        return generation;
    }

    SessionResources resources() {
        return session.worker().resources();
    }

    Request request() {
        return request;
    }

    ExchangeRoute route() {
        return route;
    }

    ResponseWriter response() {
        return response;
    }

    /// What has come of the request's body, whoever answers.
    RequestBody body() {
        return body;
    }

    HttpServer server() {
        return route.server();
    }

    /// Those of the location that was found last.
    LocationSettings settings() {
        return route.settings();
    }

    ClientOptions clientOptions() {
        return settings().options().client();
    }

    long startNanos() {
        return startNanos;
    }

    long now() {
        return resources().clock().nanos();
    }

    long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(now() - startNanos);
    }

    /// `$connection`.
    long number() {
        return session.downstream().number();
    }

    @Nullable HttpAttempt attempt() {
        return attempt;
    }

    void attempt(HttpAttempt next) {
        attempt = next;
    }

    @Nullable Outcome outcome() {
        return outcome;
    }

    /// Bytes of the request so far.
    long requestBytes() {
        return requestBytes;
    }

    void addRequestBytes(long bytes) {
        requestBytes += bytes;
    }

    /// `$request_id`.
    String requestId() {
        String known = requestId;
        if (known == null) {
            known = RequestIds.next();
            requestId = known;
        }
        return known;
    }

    /// Who answers from now on; who did before lets go.
    void respondBy(Responder next) {
        Responder before = responder;
        responder = next;
        if (before != null) {
            before.release();
        }
        next.start();
    }

    boolean isEnded() {
        return outcome != null;
    }

    // What the session tells.

    boolean wantsRequestBody() {
        Responder current = responder;
        return current == null ? route.takesEarlyBody() : current.wantsRequestBody();
    }

    /// Part of the body, which is the exchange's from now on.
    void onRequestBody(ByteBuf content, boolean last) {
        Responder current = responder;
        if (isEnded() || current == null) {
            if (current == null && !isEnded()) {
                route.keepBody(content, last);
            } else {
                content.release();
            }
            return;
        }
        guarded(() -> current.onRequestBody(content, last));
    }

    /// As [#onRequestBody], for a part that was kept.
    void onKeptBody(ByteBuf content, boolean last) {
        Responder current = responder;
        if (isEnded() || current == null) {
            content.release();
        } else {
            current.onRequestBody(content, last);
        }
    }

    /// Nobody answers any more, until somebody else does.
    void dropResponder() {
        Responder before = responder;
        responder = null;
        if (before != null) {
            before.release();
        }
        waiting = Waiting.NOTHING;
    }

    void onRequestReadComplete() {
        Responder current = responder;
        if (current != null && !isEnded()) {
            guarded(current::onRequestReadComplete);
        }
    }

    void onBrokenRequestBody(Throwable cause) {
        Messages.log(this, LogLevel.INFO, () -> "client sent invalid chunked body: " + cause.getMessage());
        if (response.isHeadSent()) {
            end(Outcome.Plain.ABANDONED);
        } else {
            body.abandon();
            session.forbidKeepAlive();
            route.fail(HttpStatus.BAD_REQUEST);
        }
    }

    void onDownstreamWritability(boolean writable) {
        Responder current = responder;
        if (current != null && !isEnded()) {
            guarded(() -> current.onDownstreamWritability(writable));
        }
    }

    /// The client has ended its output.
    ///
    /// @param afterRequest the request had been sent in full
    void onDownstreamEnd(boolean afterRequest) {
        Responder current = responder;
        if (isEnded() || (current != null && afterRequest && !current.needsClient())) {
            return;
        }
        onDownstreamGone();
        session.close();
    }

    /// The connection to the client is closed.
    void onDownstreamGone() {
        if (!isEnded()) {
            Messages.log(this, LogLevel.INFO, () -> "client prematurely closed connection");
            if (!response.isHeadSent()) {
                response.status(HttpStatus.CLIENT_CLOSED);
            }
            end(Outcome.Plain.ABANDONED);
        }
    }

    // The timer.

    /// Waits from now on; what was waited for before is forgotten.
    ///
    /// @param nanos of the timeout
    void waitFor(Waiting what, long nanos) {
        waiting = what;
        waitingSinceNanos = now();
        waitingNanos = nanos;
        sentBefore = session.channel().sentBytes();
        if (what != Waiting.NOTHING) {
            long due = waitingSinceNanos + nanos;
            if (!isScheduled() || due - armedNanos < 0) {
                armedNanos = due;
                resources().wheel().schedule(this, due);
            }
        }
    }

    Waiting waiting() {
        return waiting;
    }

    /// What was waited for has moved on: the timeout starts anew.
    void touch() {
        waitingSinceNanos = now();
    }

    @Override
    protected void onTimer(long nowNanos) {
        if (waiting == Waiting.NOTHING || isEnded()) {
            return;
        }
        if (waiting == Waiting.DOWNSTREAM_SEND && session.channel().sentBytes() != sentBefore) {
            // Slow is not gone: the timeout is between two writes that got somewhere.
            sentBefore = session.channel().sentBytes();
            waitingSinceNanos = nowNanos;
        }
        long due = waitingSinceNanos + waitingNanos;
        if (nowNanos - due < 0) {
            armedNanos = due;
            resources().wheel().schedule(this, due);
            return;
        }
        Waiting passed = waiting;
        waiting = Waiting.NOTHING;
        switch (passed) {
            case DELAY -> route.onDelayOver();
            case NAME -> route.onResolverTimeout();
            case REQUEST_BODY -> {
                Messages.log(this, LogLevel.INFO, () -> "client timed out while reading client request body");
                session.forbidKeepAlive();
                route.fail(HttpStatus.REQUEST_TIME_OUT);
            }
            case DOWNSTREAM_SEND -> {
                Messages.log(this, LogLevel.INFO, () -> "client timed out while sending to client");
                boolean resets = clientOptions().resetTimedOut();
                end(Outcome.Plain.IDLE);
                if (resets) {
                    session.reset();
                } else {
                    session.close();
                }
            }
            case CONNECT, UPSTREAM_SEND, UPSTREAM_READ, PACE -> {
                Responder current = responder;
                if (current != null) {
                    current.onTimeout(passed);
                }
            }
            case NOTHING -> {
                // Excluded above.
            }
        }
    }

    /// Does what an event asks for; a fault of ours ends the exchange and nothing else.
    void guarded(Runnable event) {
        try {
            event.run();
        } catch (Throwable fault) {
            onFault(fault);
        }
    }

    @Override
    protected void onFault(Throwable thrown) {
        InternalFault fault = new InternalFault(thrown);
        resources().errors().log(fault.level(), number(), fault.toString());
        if (isEnded()) {
            return;
        }
        if (response.isHeadSent()) {
            end(Outcome.Plain.INTERNAL);
            session.close();
            return;
        }
        try {
            session.forbidKeepAlive();
            response.sendPlainError(HttpStatus.INTERNAL);
        } catch (Throwable again) {
            end(Outcome.Plain.INTERNAL);
            session.close();
        }
    }

    @Override
    public void close(Outcome why) {
        if (!isEnded()) {
            end(why);
            session.close();
        }
    }

    /// The response has been handed to the connection in full.
    void finish() {
        end(Outcome.Plain.RETURNED);
    }

    /// Ends the exchange, however far it has come: the only exit. Idempotent.
    void end(Outcome why) {
        if (outcome != null) {
            return;
        }
        outcome = why;
        waiting = Waiting.NOTHING;
        Responder current = responder;
        try {
            if (current != null) {
                current.release();
            }
        } finally {
            try {
                route.log();
            } finally {
                giveBack();
            }
        }
    }

    /// An [UpgradedSession] goes on in this one's place, which says nothing of its end.
    void leave() {
        outcome = Outcome.Plain.RETURNED;
        waiting = Waiting.NOTHING;
        responder = null;
        giveBack();
    }

    private void giveBack() {
        resources().wheel().cancel(this);
        route.release();
        response.release();
        body.release();
        generation.members().remove(this);
        session.onExchangeEnd(this);
    }

    // Variables.

    @Override
    public RequestTarget target() {
        return route.target();
    }

    @Override
    public int refusal(Location<LocationSettings> location) {
        return route.refusal(location);
    }

    @Override
    public boolean test(FileCheck test, String path) {
        FileStatus status = session.worker().files().status(path);
        return !status.hasFailed() && switch (test) {
            case REGULAR_FILE -> status.kind() == FileStatus.Kind.REGULAR;
            case DIRECTORY -> status.kind() == FileStatus.Kind.DIRECTORY;
            case ANYTHING -> true;
            case EXECUTABLE -> status.kind() == FileStatus.Kind.REGULAR
                    && java.nio.file.Files.isExecutable(java.nio.file.Path.of(ByteText.decode(path)));
        };
    }

    /// The method that counts: GET once an `error_page` is being answered.
    String method() {
        return isGet ? "GET" : request.method();
    }

    /// An `error_page` is asked for by GET, whatever the request's method was.
    void becomesGet() {
        isGet = !request.isHead();
    }

    /// The client's address in binary form, by `real_ip_header` if that holds; null: a unix-domain socket.
    byte @Nullable [] clientAddress() {
        AddressAndPort real = route.admittance().realAddress();
        return real == null ? session.downstream().remoteBytes() : real.address();
    }

    /// The client's address in text, likewise.
    String remoteHost() {
        AddressAndPort real = route.admittance().realAddress();
        return real == null ? session.downstream().remoteHost() : IpText.text(real.address());
    }

    /// What `ip_hash` looks at.
    byte[] addressKey() {
        byte[] address = clientAddress();
        return address == null ? new byte[3] : address.length == 4 ? java.util.Arrays.copyOf(address, 3) : address;
    }

    /// `$proxy_host`; null where nothing is proxied.
    @Nullable String proxyHost() {
        ProxyPlan plan = settings().proxy();
        var fixed = plan == null ? null : plan.fixed();
        return responder instanceof Proxying proxying ? proxying.host() : fixed == null ? null : fixed.host();
    }

    /// Whether the peer is spoken to by TLS.
    boolean proxyTls() {
        ProxyPlan plan = settings().proxy();
        return plan != null && plan.tls() != null;
    }

    /// Bytes that a tunnel has sent to the client.
    long tunneledDown() {
        return responder instanceof Proxying proxying ? proxying.tunneledDown() : 0;
    }

    @Override
    public void change(HttpVariable variable, String value) {
        // $limit_rate is the only one besides $args, which routing changes itself.
        limitRate = value;
    }

    /// What `set $limit_rate` said; null: nothing.
    @Nullable String limitRate() {
        return limitRate;
    }

    /// `$tcpinfo_*`.
    @Nullable String tcpInfo(HttpVariable variable) {
        return TcpInfo.value(this, variable);
    }

    @Override
    public @Nullable String value(Variable variable) {
        return ExchangeVariables.value(this, variable);
    }

    @Override
    public VariableValues variableValues() {
        VariableValues present = values;
        if (present == null) {
            present = generation.variables().newValues();
            values = present;
        }
        return present;
    }
}
