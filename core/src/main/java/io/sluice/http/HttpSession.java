package io.sluice.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

import io.sluice.config.model.LocationOptions.ClientOptions;
import io.sluice.config.model.LocationOptions.ClientOptions.LingeringClose;
import io.sluice.config.model.LogLevel;
import io.sluice.network.ProxyHeader;
import io.sluice.session.InternalFault;
import io.sluice.session.Outcome;
import io.sluice.session.Side;
import io.sluice.time.Timer;
import io.sluice.tls.TlsDetails;
import io.sluice.tls.TlsEvent;
import io.sluice.transport.StreamHandler;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.channel.StreamChannel;

/// One downstream connection and the requests that come over it, one at a time. Confined to its worker's event loop.
///
///     AWAITING <--------------- kept alive ---------------+
///        | first byte                                     |
///        v                                                |
///     READING_HEAD --> EXCHANGING --> DISCARDING ---------+    (the rest of a body that nobody wanted)
///                          |
///                          +--> LINGERING --> CLOSED           (the client may still be sending)
///                          |
///                          +--> HANDED_OVER                    (after a 101: the socket is a relay's)
///
/// A PROXY protocol header and a TLS handshake are the pipeline's, and fall into AWAITING; the latter has its own timeout. Every stage may end in CLOSED.
///
/// Every change goes through [#enter]. While an exchange is under way the session goes on reading, to see the client leave;
/// but once bytes of a further request are there it reads no more, so that a client cannot fill the memory.
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails shows as the end of the channel
final class HttpSession extends ChannelInboundHandlerAdapter {

    private enum Stage {
        AWAITING,
        READING_HEAD,
        EXCHANGING,
        DISCARDING,
        LINGERING,
        HANDED_OVER,
        CLOSED
    }

    @Nullable HttpSession previous;

    @Nullable HttpSession next;

    private final WorkerHttp worker;

    private final HttpEndpoint endpoint;

    private final StreamChannel channel;

    private final RequestDecoder decoder;

    private final Downstream downstream;

    private final Deadline deadline = new Deadline();

    private Stage stage = Stage.AWAITING;

    private @Nullable Exchange exchange;

    private int requests;

    /// When the present stage began, or was last active.
    private long sinceNanos;

    /// The client has ended its output.
    private boolean inputEnded;

    /// The request under way has been decoded to its end.
    private boolean requestEnded = true;

    private boolean keepAlive;

    /// Something has happened after which the connection has to end, whatever the client wants.
    private boolean keepAliveForbidden;

    /// When lingering has to be over.
    private long lingerUntilNanos;

    /// Of the exchange before, or of the default server.
    private ClientOptions lastOptions;

    private @Nullable Outcome outcome;

    HttpSession(WorkerHttp worker, HttpEndpoint endpoint, StreamChannel channel, Downstream downstream) {
        this.worker = worker;
        this.endpoint = endpoint;
        this.channel = channel;
        this.downstream = downstream;
        this.decoder = new RequestDecoder(endpoint.defaultServer(downstream).connection());
        this.lastOptions = endpoint.defaultServer(downstream).root().options().client();
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    /// Begins; the handlers of TLS are in the pipeline already.
    void start() {
        worker.add(this);
        channel.pipeline().addLast(decoder, this);
        stage = Stage.AWAITING;
        sinceNanos = now();
        deadline.arm();
    }

    /// The channel is registered.
    void readFirst() {
        channel.read();
    }

    WorkerHttp worker() {
        return worker;
    }

    HttpEndpoint endpoint() {
        return endpoint;
    }

    /// The client's side of the connection.
    Downstream downstream() {
        return downstream;
    }

    StreamChannel channel() {
        return channel;
    }

    /// How many requests the connection has made, with the present one.
    int requests() {
        return requests;
    }

    /// Whether another request has been read already.
    boolean isPipelined() {
        return decoder.hasMore();
    }

    private void enter(Stage nextStage) {
        stage = nextStage;
        sinceNanos = now();
        switch (nextStage) {
            case AWAITING, READING_HEAD, DISCARDING, LINGERING -> deadline.arm();
            case EXCHANGING -> {
                // The exchange has its own timer; this one finds nothing to do when it fires.
            }
            case HANDED_OVER, CLOSED -> {
                worker.resources().wheel().cancel(deadline);
                worker.remove(this);
            }
        }
        if (nextStage == Stage.AWAITING) {
            channel.read();
        }
    }

    private long now() {
        return worker.resources().clock().nanos();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        switch (message) {
            case HttpRequest request -> onHead(request);
            case HttpContent content -> onContent(content);
            default -> ReferenceCountUtil.release(message);
        }
    }

    private void onHead(HttpRequest message) {
        if (stage != Stage.AWAITING && stage != Stage.READING_HEAD) {
            return;
        }
        requests++;
        requestEnded = false;
        keepAlive = false;
        boolean undecodable = message.decoderResult().isFailure();
        if (undecodable) {
            requestEnded = true;
        }
        enter(Stage.EXCHANGING);
        Exchange begun = new Exchange(this, message);
        exchange = begun;
        begun.addRequestBytes(decoder.takeConsumed());
        begun.begin();
    }

    private void onContent(HttpContent content) {
        boolean last = content instanceof LastHttpContent;
        if (content.decoderResult().isFailure()) {
            content.release();
            onBrokenBody(content.decoderResult().cause());
            return;
        }
        if (last) {
            requestEnded = true;
        }
        Exchange current = exchange;
        long bytes = decoder.takeConsumed();
        if (current != null) {
            current.addRequestBytes(bytes);
        }
        if (stage == Stage.EXCHANGING && current != null) {
            current.onRequestBody(content.content(), last);
        } else {
            content.release();
        }
        if (last && stage == Stage.DISCARDING) {
            goOn();
        }
    }

    /// A chunk that is none: what follows cannot be told apart from it.
    private void onBrokenBody(Throwable cause) {
        requestEnded = true;
        keepAlive = false;
        Exchange current = exchange;
        if (stage == Stage.EXCHANGING && current != null) {
            current.onBrokenRequestBody(cause);
        } else {
            close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Exchange current = exchange;
        if (current != null && stage == Stage.EXCHANGING) {
            current.onRequestReadComplete();
        }
        if (stage == Stage.AWAITING && decoder.hasBegun()) {
            enter(Stage.READING_HEAD);
        }
        if (stage == Stage.DISCARDING || stage == Stage.LINGERING) {
            sinceNanos = now();
        }
        readOn();
    }

    /// Reads on where somebody waits for more.
    void readOn() {
        boolean wanted = switch (stage) {
            case AWAITING, READING_HEAD, DISCARDING, LINGERING -> true;
            case EXCHANGING -> {
                Exchange current = exchange;
                yield current != null && (requestEnded ? !decoder.hasMore() : current.wantsRequestBody());
            }
            case HANDED_OVER, CLOSED -> false;
        };
        if (wanted && !inputEnded) {
            channel.read();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Exchange current = exchange;
        if (current != null && stage == Stage.EXCHANGING) {
            current.onDownstreamWritability(ctx.channel().isWritable());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof TlsEvent handshake) {
            onHandshake(handshake);
        } else if (event instanceof ProxyHeader.Reading header) {
            onProxyHeader(header);
        } else if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            switch (stage) {
                case AWAITING, READING_HEAD, DISCARDING, LINGERING -> close();
                case EXCHANGING -> {
                    keepAlive = false;
                    Exchange current = exchange;
                    if (current != null) {
                        current.onDownstreamEnd(requestEnded);
                    }
                }
                case HANDED_OVER, CLOSED -> {
                    // Nobody is left to be told.
                }
            }
        }
    }

    private void onHandshake(TlsEvent handshake) {
        switch (handshake) {
            case TlsEvent.Established(TlsDetails details) -> downstream.tls(details);
            case TlsEvent.PlainText() -> downstream.plainText();
            case TlsEvent.Rejected(String name) -> log(LogLevel.INFO, "SSL handshake rejected for \"" + name + "\"");
            case TlsEvent.Failed failed ->
                log(LogLevel.INFO, "SSL_do_handshake() failed (" + failed.reason() + ") while SSL handshaking");
        }
    }

    private void onProxyHeader(ProxyHeader.Reading header) {
        switch (header) {
            case ProxyHeader.Complete complete -> downstream.proxyHeader(complete.header());
            case ProxyHeader.Broken broken -> {
                log(LogLevel.ERROR, broken.message() + " while reading PROXY protocol");
                close();
            }
            case ProxyHeader.Incomplete _ -> {
                // Not an event.
            }
        }
    }

    private void log(LogLevel level, String message) {
        worker.resources().errors().log(level, downstream.number(), message + ", client: " + downstream.remoteHost());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (stage == Stage.HANDED_OVER || stage == Stage.CLOSED) {
            return;
        }
        Exchange current = exchange;
        enter(Stage.CLOSED);
        giveBack();
        if (current != null) {
            exchange = null;
            current.onDownstreamGone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof java.io.IOException) {
            // The channel closes itself, and says so.
            return;
        }
        if (cause instanceof DecoderException) {
            // What came was no TLS; the handshake's event has told it.
            close();
            return;
        }
        InternalFault fault = new InternalFault(cause);
        worker.resources().errors().log(fault.level(), downstream.number(), fault.toString());
        Exchange current = exchange;
        if (current != null && stage == Stage.EXCHANGING) {
            current.onFault(cause);
        } else {
            close();
        }
    }

    /// Has the connection end after the present response.
    void forbidKeepAlive() {
        keepAlive = false;
        keepAliveForbidden = true;
    }

    /// Whether the connection will go on after the present exchange.
    boolean mayKeepAlive(Exchange of) {
        ClientOptions client = of.clientOptions();
        boolean may = !keepAliveForbidden
                && of.request().wantsKeepAlive()
                && !inputEnded
                && !worker.isDraining()
                && !endpoint.isClosing()
                && of.settings().keepAliveNanos() > 0
                && requests < client.keepAliveRequests()
                && now() - downstream.acceptedNanos() < of.settings().keepAliveTimeNanos();
        keepAlive = may;
        return may;
    }

    /// The exchange has sent its response, all of it flushed.
    void onExchangeEnd(Exchange ended) {
        if (exchange != ended) {
            return;
        }
        exchange = null;
        lastOptions = ended.clientOptions();
        deadline.timeoutNanos = ended.settings().keepAliveNanos();
        if (stage != Stage.EXCHANGING) {
            return;
        }
        // What broke off has no end that the next response could follow upon.
        if (keepAlive && !inputEnded && ended.outcome() == Outcome.Plain.RETURNED) {
            if (requestEnded) {
                goOn();
            } else {
                enter(Stage.DISCARDING);
                channel.read();
            }
        } else {
            end(ended.clientOptions());
        }
    }

    private void goOn() {
        if (worker.isDraining() || endpoint.isClosing()) {
            close();
            return;
        }
        enter(Stage.AWAITING);
        decoder.proceed();
    }

    /// Closes so that the response arrives: data that comes after it would make the kernel send RST, and the client lose
    /// what it has not read yet (RFC 9112, 9.6).
    private void end(ClientOptions options) {
        boolean more = !requestEnded || decoder.hasMore();
        boolean lingers = options.lingeringClose() == LingeringClose.ALWAYS
                || (options.lingeringClose() == LingeringClose.ON && more);
        if (lingers && !inputEnded && channel.isActive()) {
            lingerUntilNanos = now() + options.lingeringTime().toNanos();
            deadline.timeoutNanos = options.lingeringTimeout().toNanos();
            enter(Stage.LINGERING);
            channel.pipeline().remove(decoder);
            endOutput();
            channel.read();
        } else {
            close();
        }
    }

    /// FIN, and before it close_notify where there is TLS: without it the end may be anybody's.
    private void endOutput() {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            channel.endOutput();
        } else {
            tls.closeOutbound().addListener(_ -> channel.endOutput());
        }
    }

    /// The server stops: ends now unless a request is under way.
    void endIfIdle() {
        if (stage == Stage.AWAITING && !decoder.hasBegun()) {
            outcome = Outcome.Plain.DRAINED;
            close();
        }
    }

    /// Closes at once.
    void close() {
        if (stage != Stage.CLOSED && stage != Stage.HANDED_OVER) {
            Exchange current = exchange;
            exchange = null;
            enter(Stage.CLOSED);
            giveBack();
            if (current != null) {
                current.onDownstreamGone();
            }
        }
        channel.close();
    }

    /// Closes by RST.
    void reset() {
        channel.reset();
        close();
    }

    private void giveBack() {
        Outcome why = outcome;
        worker.downstreamEnded(downstream, why == null ? new Outcome.Completed(Side.DOWNSTREAM) : why);
    }

    ChannelFuture write(Object message) {
        return channel.write(message);
    }

    void flush() {
        channel.flush();
    }

    boolean isWritable() {
        return channel.isWritable();
    }

    /// Gives the socket to a relay. What was read beyond the request's head is collected in `leftover`.
    StreamSocket handOver(StreamHandler handler, CompositeByteBuf leftover) {
        Exchange current = exchange;
        exchange = null;
        channel.pipeline().addAfter(channel.pipeline().context(decoder).name(), null, new Collector(leftover));
        channel.pipeline().remove(decoder);
        StreamSocket socket = channel.release(handler);
        enter(Stage.HANDED_OVER);
        exchange = current;
        return socket;
    }

    /// Hands the pipeline to a tunnel; what was read beyond the request's head comes to it as reads.
    void enterTunnel(ChannelInboundHandler tunnel) {
        worker.resources().wheel().cancel(deadline);
        worker.remove(this);
        stage = Stage.HANDED_OVER;
        channel.pipeline().addLast(tunnel);
        channel.pipeline().remove(this);
        channel.pipeline().remove(decoder);
    }

    /// The relay of a handed over socket has ended.
    void onRelayEnd() {
        Exchange upgraded = exchange;
        outcome = upgraded == null ? null : upgraded.outcome();
        exchange = null;
        giveBack();
    }

    /// Takes what the decoder had not decoded.
    private static final class Collector extends ChannelInboundHandlerAdapter {

        private final CompositeByteBuf into;

        Collector(CompositeByteBuf into) {
            this.into = into;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof ByteBuf bytes) {
                into.addComponent(true, bytes);
            } else {
                ReferenceCountUtil.release(message);
            }
        }
    }

    /// The timeouts between and around exchanges.
    private final class Deadline extends Timer {

        /// Of the stage that does not look at the server's options.
        private long timeoutNanos;

        private long armedNanos;

        void arm() {
            long due = due();
            if (!isScheduled() || due - armedNanos < 0) {
                armedNanos = due;
                worker.resources().wheel().schedule(this, due);
            }
        }

        private long due() {
            HttpServer server = endpoint.defaultServer(downstream);
            return switch (stage) {
                case AWAITING -> sinceNanos + (requests == 0 ? server.headerNanos() : timeoutNanos);
                case READING_HEAD -> sinceNanos + server.headerNanos();
                case DISCARDING -> sinceNanos + lastOptions.lingeringTimeout().toNanos();
                case LINGERING -> Math.min(sinceNanos + timeoutNanos, lingerUntilNanos);
                case EXCHANGING, HANDED_OVER, CLOSED -> Long.MAX_VALUE;
            };
        }

        @Override
        protected void onTimer(long nowNanos) {
            if (stage == Stage.EXCHANGING) {
                return;
            }
            long due = due();
            if (nowNanos - due < 0) {
                armedNanos = due;
                worker.resources().wheel().schedule(this, due);
                return;
            }
            if (requests == 0 || stage != Stage.AWAITING) {
                log(LogLevel.INFO, "client timed out while " + switch (stage) {
                    case AWAITING -> downstream.awaitsProxyHeader() ? "reading PROXY protocol" : "waiting for request";
                    case READING_HEAD -> "reading client request line";
                    default -> "lingering";
                });
            }
            outcome = Outcome.Plain.IDLE;
            close();
        }
    }
}
