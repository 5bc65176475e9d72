package io.sluice.tls;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLHandshakeException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/// Begins TLS on an accepted connection: reads the ClientHello, asks which server is meant, puts an [SslHandler] in its own
/// place. The pipeline learns the end by one [TlsEvent]. Confined to its worker's event loop.
///
///     pipeline.addLast(new DownstreamTls(names::serverFor, config.handshakeTimeout()));
///     pipeline.addLast(new HttpHandler());   // userEventTriggered(TlsEvent)
public final class DownstreamTls extends AbstractSniHandler<ServerTls> {

    // A fatal alert, unrecognized_name (RFC 6066), in a record of its own.
    private static final byte[] UNRECOGNIZED_NAME = {21, 3, 3, 0, 2, 2, 112};

    // A fatal alert, no_application_protocol (RFC 7301).
    private static final byte[] NO_APPLICATION_PROTOCOL = {21, 3, 3, 0, 2, 2, 120};

    // What browsers send stays below 4 KiB even with post-quantum keys.
    private static final int MAX_CLIENT_HELLO_BYTES = 16 * 1024;

    private static final int HANDSHAKE_RECORD = 22;

    private final Function<String, @Nullable ServerTls> servers;

    private final long timeoutNanos;

    private @Nullable ScheduledFuture<?> timeout;

    private ClientHello hello = ClientHello.UNREADABLE;

    private boolean knownAsTls;

    private boolean ended;

    /// @param servers the server of a name in lower case, which is empty when the client sent none; null refuses the handshake
    /// @param handshakeTimeout from the handler's start to the end of the handshake
    public DownstreamTls(Function<String, @Nullable ServerTls> servers, Duration handshakeTimeout) {
        super(MAX_CLIENT_HELLO_BYTES, 0);
        this.servers = servers;
        this.timeoutNanos = handshakeTimeout.toNanos();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        if (ctx.channel().isActive()) {
            startTimeout(ctx.channel());
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
        startTimeout(ctx.channel());
        super.channelActive(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        stopTimeout();
        super.channelInactive(ctx);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (!knownAsTls) {
            int first = in.getUnsignedByte(in.readerIndex());
            // As nginx: a handshake record, or the set bit of an SSLv2 ClientHello, which the library then refuses.
            if (first != HANDSHAKE_RECORD && (first & 0x80) == 0) {
                end(ctx.channel(), new TlsEvent.PlainText());
                ctx.pipeline().remove(this);
                return;
            }
            knownAsTls = true;
        }
        try {
            super.decode(ctx, in, out);
        } catch (TooLongFrameException | NotSslRecordException e) {
            // Netty has sent an alert and is closing.
            end(ctx.channel(), new TlsEvent.Failed(e, TlsFailure.reason(e)));
            throw e;
        }
    }

    @Override
    protected Future<ServerTls> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf clientHello) throws Exception {
        hello = clientHello == null ? ClientHello.UNREADABLE : ClientHello.read(clientHello);
        return super.lookup(ctx, clientHello);
    }

    @Override
    protected Future<ServerTls> lookup(ChannelHandlerContext ctx, @Nullable String hostname) {
        String name = name(hostname);
        ServerTls server = servers.apply(name);
        return server == null || server.rejectsHandshake()
                ? ctx.executor().newFailedFuture(new UnrecognizedNameException(name))
                : ctx.executor().newSucceededFuture(server);
    }

    @Override
    protected void onLookupComplete(ChannelHandlerContext ctx, @Nullable String hostname, Future<ServerTls> future) {
        if (!future.isSuccess()) {
            end(ctx.channel(), new TlsEvent.Rejected(name(hostname)));
            ctx.writeAndFlush(Unpooled.wrappedBuffer(UNRECOGNIZED_NAME)).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        ServerTls server = Objects.requireNonNull(future.getNow());
        if (!server.admitsProtocols(hello.protocols())) {
            String reason = "SSL_do_handshake() failed (no application protocol)";
            end(ctx.channel(), new TlsEvent.Failed(new SSLHandshakeException(reason), reason));
            ctx.writeAndFlush(Unpooled.wrappedBuffer(NO_APPLICATION_PROTOCOL)).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        Channel channel = ctx.channel();
        SslHandler handler = server.newHandler(ctx.alloc());
        handler.setHandshakeTimeoutMillis(0);
        long startMillis = System.currentTimeMillis();
        handler.handshakeFuture().addListener(done -> {
            if (done.isSuccess()) {
                end(channel, new TlsEvent.Established(new TlsDetails(handler, server, name(hostname), hello, startMillis)));
            } else {
                Throwable cause = Objects.requireNonNull(done.cause());
                end(channel, new TlsEvent.Failed(cause, TlsFailure.reason(cause)));
            }
        });
        boolean placed = false;
        try {
            ctx.pipeline().replace(this, SslHandler.class.getName(), handler);
            placed = true;
        } finally {
            if (!placed) {
                // The pipeline did not take the handler, so nobody else gives the engine's memory back.
                ReferenceCountUtil.safeRelease(handler.engine());
            }
        }
    }

    private static String name(@Nullable String hostname) {
        return hostname == null ? "" : hostname;
    }

    private void startTimeout(Channel channel) {
        if (timeout == null && timeoutNanos > 0 && !ended) {
            timeout = channel.eventLoop().schedule(() -> onTimeout(channel), timeoutNanos, TimeUnit.NANOSECONDS);
        }
    }

    private void stopTimeout() {
        if (timeout != null) {
            timeout.cancel(false);
        }
    }

    private void onTimeout(Channel channel) {
        String reason = "TLS handshake timed out after " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms";
        end(channel, new TlsEvent.Failed(new SslHandshakeTimeoutException(reason), reason));
        channel.close().addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }

    private void end(Channel channel, TlsEvent event) {
        if (!ended) {
            ended = true;
            stopTimeout();
            channel.pipeline().fireUserEventTriggered(event);
        }
    }

    /// Carries a refusal through Netty's lookup; nobody looks at its stack.
    private static final class UnrecognizedNameException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnrecognizedNameException(String name) {
            super("unrecognized name \"" + name + "\"", null, false, false);
        }
    }
}
