package io.sluice.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

import io.sluice.session.Side;

/// What follows a 101 where a side is TLS: bytes pass from one pipeline to the other. Confined to its worker's event loop.
///
/// Back-pressure is not reading: a side is read again when the other has taken what it sent.
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails shows as the end of the channel
final class PipelineTunnel {

    private final Leg downstream;

    private final Leg upstream;

    private final Tunnel.Listener listener;

    private boolean closed;

    private PipelineTunnel(Channel below, Channel above, Tunnel.Listener listener) {
        this.listener = listener;
        this.downstream = new Leg(Side.DOWNSTREAM, below);
        this.upstream = new Leg(Side.UPSTREAM, above);
    }

    /// Begins: the codecs leave the pipelines, what they had read is forwarded first.
    static PipelineTunnel begin(
            Exchange exchange, UpstreamConnection connection, @Nullable CompositeByteBuf fromUpstream,
            Tunnel.Listener listener) {
        PipelineTunnel tunnel =
                new PipelineTunnel(exchange.session().channel(), connection.channel(), listener);
        connection.enterTunnel(tunnel.upstream);
        exchange.session().enterTunnel(tunnel.downstream);
        if (fromUpstream != null) {
            tunnel.downstream.channel.writeAndFlush(fromUpstream);
        }
        tunnel.upstream.channel.read();
        tunnel.downstream.channel.read();
        return tunnel;
    }

    long sent(Side to) {
        return (to == Side.DOWNSTREAM ? upstream : downstream).bytes;
    }

    void close() {
        closed = true;
        upstream.channel.close();
        downstream.channel.close();
    }

    private void end(Side first) {
        if (!closed) {
            closed = true;
            listener.onTunnelEnd(first, 0);
        }
    }

    /// One side.
    private final class Leg extends ChannelInboundHandlerAdapter {

        private final Side side;

        private final Channel channel;

        private long bytes;

        Leg(Side side, Channel channel) {
            this.side = side;
            this.channel = channel;
        }

        private Leg other() {
            return side == Side.DOWNSTREAM ? upstream : downstream;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (!(message instanceof ByteBuf part)) {
                ReferenceCountUtil.release(message);
                return;
            }
            bytes += part.readableBytes();
            listener.onTunnelProgress();
            other().channel.write(part);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            other().channel.flush();
            if (other().channel.isWritable()) {
                channel.read();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (channel.isWritable()) {
                listener.onTunnelProgress();
                other().channel.read();
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                endAfterFlush();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            endAfterFlush();
        }

        /// What this side had sent is passed on before the end is.
        private void endAfterFlush() {
            Channel to = other().channel;
            if (to.isActive()) {
                to.writeAndFlush(to.alloc().buffer(0)).addListener(_ -> end(side));
            } else {
                end(side);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
