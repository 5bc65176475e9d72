package io.sluice.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

import io.sluice.transport.StreamHandler;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.channel.StreamChannel;
import io.sluice.upstream.KeptConnection;
import io.sluice.upstream.Peer;

/// One connection to a peer, serving one exchange at a time and kept in between. Confined to its worker's event loop.
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails shows as the end of the channel
final class UpstreamConnection extends ChannelInboundHandlerAdapter {

    /// Who gets what the peer sends.
    interface User {

        /// The head of a response, interim ones included.
        void onHead(HttpResponse head);

        /// Part of the body, the user's from now on.
        void onBody(ByteBuf part);

        /// The response is complete.
        ///
        /// @param trailers the fields behind its body
        void onResponseEnd(HttpHeaders trailers);

        /// Nothing more follows for now.
        void onUpstreamReadComplete();

        /// The peer takes bytes again.
        void onUpstreamWritable();

        /// The connection is closed, or its input has ended.
        ///
        /// @param cause null: the peer ended it in order
        void onUpstreamClosed(@Nullable Throwable cause);

        /// What came is no response.
        void onInvalidResponse(Throwable cause);
    }

    private final StreamChannel channel;

    private final Peer peer;

    private final ResponseDecoder decoder = new ResponseDecoder();

    private final Runnable onClosed;

    private @Nullable User user;

    private @Nullable Throwable cause;

    private @Nullable KeptConnection<UpstreamConnection> kept;

    /// Takes it out of the pool.
    private @Nullable Runnable onIdleEnd;

    private boolean closed;

    /// @param onClosed called once; the place in the worker's budget is free again
    UpstreamConnection(StreamChannel channel, Peer peer, Runnable onClosed) {
        this.channel = channel;
        this.peer = peer;
        this.onClosed = onClosed;
        channel.config().setAutoRead(false);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    /// Adds the handlers behind those of TLS.
    void addHandlers() {
        channel.pipeline().addLast(decoder, this);
    }

    StreamChannel channel() {
        return channel;
    }

    ResponseDecoder decoder() {
        return decoder;
    }

    Peer peer() {
        return peer;
    }

    /// Its place among the kept ones.
    @Nullable KeptConnection<UpstreamConnection> kept() {
        return kept;
    }

    void kept(KeptConnection<UpstreamConnection> place) {
        kept = place;
    }

    boolean isOpen() {
        return !closed && channel.isActive();
    }

    /// Serves an exchange from now on.
    void use(User next, boolean head, boolean upgrade) {
        user = next;
        onIdleEnd = null;
        decoder.expect(head, upgrade);
    }

    /// Nobody's; a byte or an end that comes now closes it.
    ///
    /// @param leave takes it out of the pool, when it closes there
    void idle(Runnable leave) {
        user = null;
        onIdleEnd = leave;
        decoder.idle();
        channel.read();
    }

    /// Nobody's, and of no use any more.
    void close() {
        user = null;
        leavePool();
        if (!closed) {
            channel.close();
        }
    }

    /// Gives the socket to a relay, after a 101, and with it the place in the worker's budget.
    StreamSocket handOver(StreamHandler handler) {
        user = null;
        closed = true;
        channel.pipeline().remove(decoder);
        return channel.release(handler);
    }

    /// Hands the pipeline to a tunnel, after a 101.
    void enterTunnel(ChannelInboundHandler tunnel) {
        user = null;
        channel.pipeline().addLast(tunnel);
        channel.pipeline().remove(decoder);
        channel.pipeline().remove(this);
        channel.closeFuture().addListener(_ -> {
            if (!closed) {
                closed = true;
                onClosed.run();
            }
        });
    }

    private void leavePool() {
        Runnable leave = onIdleEnd;
        if (leave != null) {
            onIdleEnd = null;
            leave.run();
        }
    }

    void read() {
        channel.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        User current = user;
        if (current == null) {
            ReferenceCountUtil.release(message);
            if (!(message instanceof LastHttpContent)) {
                // Nobody asked for anything.
                close();
            }
            return;
        }
        switch (message) {
            case HttpResponse head when head.decoderResult().isFailure() ->
                current.onInvalidResponse(head.decoderResult().cause());
            case HttpResponse head -> current.onHead(head);
            case HttpContent content -> onContent(current, content);
            case ByteBuf bytes -> current.onBody(bytes);
            default -> ReferenceCountUtil.release(message);
        }
    }

    private void onContent(User current, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            content.release();
            current.onInvalidResponse(content.decoderResult().cause());
            return;
        }
        if (content.content().isReadable()) {
            current.onBody(content.content());
        } else {
            content.release();
        }
        if (content instanceof LastHttpContent last && user == current) {
            current.onResponseEnd(last.trailingHeaders());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        User current = user;
        if (current != null) {
            current.onUpstreamReadComplete();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        User current = user;
        if (current != null && ctx.channel().isWritable()) {
            current.onUpstreamWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            // The decoder learns of the end by the close: a body without a length is complete then.
            ctx.channel().close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
        cause = thrown;
        ctx.channel().close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (closed) {
            return;
        }
        closed = true;
        leavePool();
        onClosed.run();
        User current = user;
        user = null;
        if (current != null) {
            current.onUpstreamClosed(cause);
        }
    }
}
