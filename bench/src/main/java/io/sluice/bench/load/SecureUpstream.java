package io.sluice.bench.load;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;

import io.sluice.transport.ListenException;
import io.sluice.transport.LoopThread;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.channel.StreamChannel;
import io.sluice.transport.channel.StreamChannels;
import io.sluice.transport.linux.NativeMemory;

/// Speaks TLS: shakes hands, and sends a download without end to who asks for anything. Confined to the load loop.
final class SecureUpstream extends Upstream {

    private static final int WRITE_BYTES = 64 * 1024;

    private static final int WRITES_PER_TURN = 8;

    private static final byte[] HEAD =
            WebText.response(WebUpstream.BULK_BYTES, true).toString().getBytes(StandardCharsets.US_ASCII);

    private final LoopThread thread;

    private final StreamChannels channels;

    private final SslContext context;

    SecureUpstream(LoopThread thread, ListenAddress address, SslContext context) throws ListenException {
        super(thread.sockets(), address);
        this.thread = thread;
        this.channels = new StreamChannels(thread, ByteBufAllocator.DEFAULT);
        this.context = context;
    }

    @Override
    Service newService() {
        throw new IllegalStateException("connections are channels");
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a failed registration closes the channel
    void serve(StreamSocket socket) {
        StreamChannel channel = channels.connected(socket);
        channel.closeFuture().addListener(_ -> ended());
        channel.pipeline().addLast(new SslHandler(context.newEngine(channel.alloc())), new Download());
        thread.register(channel);
    }

    /// One connection's. Confined to the load loop.
    private static final class Download extends ChannelInboundHandlerAdapter {

        private boolean asked;

        /// Another turn is due.
        private boolean sending;

        private long position;

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the connection
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ((ByteBuf) message).release();
            if (!asked) {
                asked = true;
                ctx.write(ctx.alloc().directBuffer(HEAD.length).writeBytes(HEAD));
                sendLater(ctx);
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (asked && ctx.channel().isWritable()) {
                sendLater(ctx);
            }
        }

        private void sendLater(ChannelHandlerContext ctx) {
            if (!sending) {
                sending = true;
                ctx.executor().execute(() -> send(ctx));
            }
        }

        @SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the connection
        private void send(ChannelHandlerContext ctx) {
            Channel channel = ctx.channel();
            for (int i = 0; i < WRITES_PER_TURN && channel.isActive() && channel.isWritable(); i++) {
                ByteBuf bytes = ctx.alloc().directBuffer(WRITE_BYTES, WRITE_BYTES);
                NativeMemory.copy(Pattern.at(position), bytes.memoryAddress(), WRITE_BYTES);
                position += WRITE_BYTES;
                ctx.writeAndFlush(bytes.writerIndex(WRITE_BYTES));
            }
            sending = false;
            if (channel.isActive() && channel.isWritable()) {
                sendLater(ctx);
            }
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
