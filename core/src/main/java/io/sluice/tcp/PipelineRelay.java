package io.sluice.tcp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

import io.sluice.session.Side;
import io.sluice.transport.channel.StreamChannel;

/// Relays between two pipelines: a pair of which a side is TLS. Confined to its worker's event loop.
///
///     PipelineRelay relay = new PipelineRelay(below, above, halfClose, owner);
///     below.pipeline().addLast(relay.handler(Side.DOWNSTREAM));     // and whoever was last leaves
///     above.pipeline().addLast(relay.handler(Side.UPSTREAM));
///     relay.forward(Side.UPSTREAM, bytes);                          // what had been read before
///     relay.start();
///     // owner.onFinished or owner.onFailed follows; the owner closes the relay
///
/// Back-pressure is not reading: a side is read again when the other has taken what it sent. A side ends with FIN or, in TLS,
/// with close_notify; after that one nothing can be sent to it either, so that with `halfClose` too it ends the pair.
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails shows as the end of the channel
public final class PipelineRelay {

    private final Leg downstream;

    private final Leg upstream;

    private final boolean halfClose;

    private final Owner owner;

    private boolean closed;

    /// What the relay serves.
    public interface Owner {

        /// Bytes move, in either direction.
        void onProgress();

        /// The first bytes of a side have come.
        default void onFirstByte(Side from) {}

        /// A side has ended, everything it had sent was passed on, and its end too; the other direction goes on.
        default void onHalfClosed() {}

        /// A side has ended, and everything it had sent was passed on; with `halfClose`, both have.
        ///
        /// @param first the one that ended first
        void onFinished(Side first);

        /// A side's connection, or its handlers, have failed.
        void onFailed(Side side, Throwable cause);
    }

    /// @param halfClose the end of one side is passed on while the other direction goes on
    public PipelineRelay(StreamChannel below, StreamChannel above, boolean halfClose, Owner owner) {
        this.downstream = new Leg(Side.DOWNSTREAM, below);
        this.upstream = new Leg(Side.UPSTREAM, above);
        this.halfClose = halfClose;
        this.owner = owner;
    }

    /// What is to be the last in a side's pipeline.
    public ChannelInboundHandler handler(Side side) {
        return leg(side);
    }

    private Leg leg(Side side) {
        return side == Side.DOWNSTREAM ? downstream : upstream;
    }

    /// Passes on what a side had sent before; the bytes are the relay's from now on.
    public void forward(Side from, ByteBuf bytes) {
        Leg leg = leg(from);
        leg.pass(bytes);
        leg.other().channel.flush();
    }

    /// A side had ended before.
    public void end(Side side) {
        leg(side).end();
    }

    /// Begins to read.
    public void start() {
        upstream.channel.read();
        downstream.channel.read();
    }

    /// Bytes received from a side, those of TLS decrypted.
    public long received(Side from) {
        return leg(from).received;
    }

    /// Bytes of the other side that were handed to a side, before they are encrypted.
    public long sent(Side to) {
        return leg(to).sent;
    }

    /// The owner is told of nothing any more.
    public void stop() {
        closed = true;
    }

    /// Closes both channels. Idempotent.
    public void close() {
        stop();
        upstream.channel.close();
        downstream.channel.close();
    }

    /// One side.
    private final class Leg extends ChannelInboundHandlerAdapter {

        private final Side side;

        private final StreamChannel channel;

        private final ChannelFutureListener sentListener = future -> {
            Throwable cause = future.cause();
            if (cause != null) {
                fail(cause);
            }
        };

        private long received;

        private long sent;

        /// Nothing more comes from this side.
        private boolean ended;

        /// What it had sent was taken by the other.
        private boolean delivered;

        /// close_notify was sent to it.
        private boolean notified;

        /// close_notify has come from it: nothing can be sent to it any more (BoringSSL answers it at once).
        private boolean gone;

        Leg(Side side, StreamChannel channel) {
            this.side = side;
            this.channel = channel;
        }

        private Leg other() {
            return side == Side.DOWNSTREAM ? upstream : downstream;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (closed || !(message instanceof ByteBuf part)) {
                ReferenceCountUtil.release(message);
                return;
            }
            pass(part);
        }

        private void pass(ByteBuf part) {
            int length = part.readableBytes();
            boolean first = received == 0;
            received += length;
            if (first) {
                owner.onFirstByte(side);
            }
            if (other().gone) {
                // What it had sent before it went may still be on its way, which is no reason to break the pair.
                part.release();
                return;
            }
            other().sent += length;
            owner.onProgress();
            other().channel.write(part).addListener(other().sentListener);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            if (closed) {
                return;
            }
            other().channel.flush();
            if (other().channel.isWritable() && !ended) {
                channel.read();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (!closed && channel.isWritable()) {
                owner.onProgress();
                if (!other().ended) {
                    other().channel.read();
                }
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            // Once the one close_notify was sent, Netty takes everything that comes for the other; then FIN alone tells.
            if (event instanceof SslCloseCompletionEvent && !notified) {
                gone = true;
                end();
            } else if (event instanceof ChannelInputShutdownEvent) {
                end();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            end();
        }

        /// What this side had sent is passed on before its end is.
        private void end() {
            if (ended || closed) {
                return;
            }
            ended = true;
            StreamChannel to = other().channel;
            if (to.isActive() && !to.isOutputEnded()) {
                to.writeAndFlush(to.alloc().buffer(0)).addListener(_ -> deliver());
            } else {
                deliver();
            }
        }

        private void deliver() {
            if (closed) {
                return;
            }
            delivered = true;
            boolean bothWays = !halfClose || other().delivered || channel.pipeline().get(SslHandler.class) != null;
            if (bothWays) {
                closed = true;
                owner.onFinished(halfClose && other().ended ? other().side : side);
                return;
            }
            other().endOutput();
            owner.onHalfClosed();
        }

        /// TLS says so itself; what may still have to be said, the channel has to carry.
        private void endOutput() {
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (tls == null) {
                channel.endOutput();
            } else {
                notified = true;
                tls.closeOutbound();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            fail(cause);
        }

        private void fail(Throwable cause) {
            if (!closed) {
                closed = true;
                owner.onFailed(side, cause);
            }
        }
    }
}
