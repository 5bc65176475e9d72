package io.sluice.tcp;

import java.util.function.Supplier;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

import io.sluice.tls.TlsFailure;
import io.sluice.transport.channel.ErrnoException;
import io.sluice.transport.channel.StreamChannel;

/// A connection to a peer in the making: connect, PROXY protocol header, TLS handshake. Confined to its worker's event loop.
///
///     UpstreamPipeline making = new UpstreamPipeline(channel, preface, tls, owner);
///     channels.register(channel);
///     making.begin();                // one of the owner's methods follows, unless it is stopped
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails shows as the end of the channel
final class UpstreamPipeline {

    private final StreamChannel channel;

    private final byte[] preface;

    private final @Nullable Supplier<SslHandler> tls;

    private final Owner owner;

    private boolean over;

    /// Who wants the connection; what has failed it closes.
    interface Owner {

        /// It stands, and nobody is behind TLS in its pipeline.
        void onMade(StreamChannel channel);

        /// connect(2) has failed.
        void onConnectFailed(int errno);

        /// The handshake has failed.
        void onHandshakeFailed(String reason);

        /// Code of this program has thrown on the way.
        void onMakingFault(Throwable fault);
    }

    /// @param preface sent before everything else; empty: nothing
    /// @param tls makes the handler once the connection stands; null: plain text
    UpstreamPipeline(StreamChannel channel, byte[] preface, @Nullable Supplier<SslHandler> tls, Owner owner) {
        this.channel = channel;
        this.preface = preface;
        this.tls = tls;
        this.owner = owner;
        channel.pipeline().addLast(new Last());
    }

    void begin() {
        channel.connectFuture().addListener(done -> guarded(() -> onConnected(done.cause())));
    }

    /// The owner closes the channel, and is told of nothing any more.
    void stop() {
        over = true;
    }

    /// What a future's listener throws Netty keeps to itself.
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable fault) {
            over = true;
            owner.onMakingFault(fault);
        }
    }

    private void onConnected(@Nullable Throwable cause) {
        if (over) {
            return;
        }
        if (cause != null) {
            over = true;
            owner.onConnectFailed(cause instanceof ErrnoException failed ? failed.errno() : 0);
            return;
        }
        if (preface.length > 0) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(preface));
        }
        if (tls == null) {
            made();
            return;
        }
        SslHandler handler = tls.get();
        handler.setHandshakeTimeoutMillis(0);
        handler.handshakeFuture().addListener(done -> guarded(() -> onHandshake(done.cause())));
        channel.pipeline().addFirst(handler);
        channel.read();
    }

    private void onHandshake(@Nullable Throwable cause) {
        if (over) {
            return;
        }
        if (cause == null) {
            made();
        } else {
            over = true;
            owner.onHandshakeFailed(TlsFailure.reason(cause));
        }
    }

    private void made() {
        over = true;
        channel.pipeline().remove(Last.class);
        owner.onMade(channel);
    }

    /// The end of the pipeline so far: what fails there, the futures tell.
    private final class Last extends ChannelInboundHandlerAdapter {

        /// A peer that ends within the handshake does not go on with it: the end of the channel fails its future.
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent && !over) {
                channel.unsafe().close(channel.voidPromise());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // The connect's or the handshake's future has it.
        }
    }
}
