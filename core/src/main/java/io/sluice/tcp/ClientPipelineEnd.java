package io.sluice.tcp;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;

import io.sluice.network.ProxyHeader;
import io.sluice.tls.TlsEvent;
import io.sluice.transport.channel.ErrnoException;
import io.sluice.transport.linux.Errno;

/// The end of a client's pipeline until a relay takes its place: hears of header and handshake, and keeps what comes with
/// them. Confined to its worker's event loop.
final class ClientPipelineEnd extends ChannelInboundHandlerAdapter {

    private final Owner owner;

    private final Queue<ByteBuf> early = new ArrayDeque<>(0);

    private boolean ended;

    private boolean released;

    /// Whose client it is.
    interface Owner {

        /// The PROXY protocol header is there, or is none.
        void onProxyHeader(ProxyHeader.Reading header);

        /// The handshake is over.
        void onHandshake(TlsEvent event);

        /// Whether the header or the handshake is still to come.
        boolean awaitsClient();

        /// The client has gone.
        ///
        /// @param errno why, EPIPE when it has just ended
        void onClientGone(int errno);

        /// A handler has thrown.
        void onPipelineFault(Throwable fault);
    }

    ClientPipelineEnd(Owner owner) {
        this.owner = owner;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!released && message instanceof ByteBuf bytes) {
            early.add(bytes);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (released) {
            return;
        }
        switch (event) {
            case ProxyHeader.Reading header -> owner.onProxyHeader(header);
            case TlsEvent handshake -> owner.onHandshake(handshake);
            case ChannelInputShutdownEvent _ when owner.awaitsClient() -> owner.onClientGone(Errno.EPIPE);
            case ChannelInputShutdownEvent _ -> ended = true;
            case SslCloseCompletionEvent _ -> ended = true;
            default -> {
                // Netty's own news of the handshake.
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!released) {
            owner.onClientGone(Errno.EPIPE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (released || cause instanceof DecoderException) {
            // Of a failed handshake an event tells, and then the end of the channel.
            return;
        }
        if (cause instanceof IOException) {
            owner.onClientGone(errno(cause));
        } else {
            owner.onPipelineFault(cause);
        }
    }

    /// The error number in what a channel has thrown; EPIPE when the channel was closed before.
    static int errno(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof ErrnoException failed) {
                return failed.errno();
            }
        }
        return Errno.EPIPE;
    }

    /// Hands over what has come; the handler has left the pipeline.
    ///
    /// @param end run when the client has ended its output, too
    void handOver(Consumer<ByteBuf> bytes, Runnable end) {
        for (ByteBuf next = early.poll(); next != null; next = early.poll()) {
            bytes.accept(next);
        }
        if (ended) {
            end.run();
        }
    }

    /// The session has ended: nobody is told of anything any more. Idempotent.
    void release() {
        released = true;
        early.forEach(ReferenceCountUtil::release);
        early.clear();
    }
}
