package io.sluice.bench.load;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import org.jspecify.annotations.Nullable;

import io.sluice.transport.channel.StreamChannel;

/// One client by TLS, which has one connection at a time. Confined to the load loop.
abstract sealed class SecureClient implements Connections.Party {

    final SecureClients shared;

    private final int port;

    private @Nullable StreamChannel channel;

    SecureClient(SecureClients shared, int port) {
        this.shared = shared;
        this.port = port;
    }

    @Override
    public void connect() {
        StreamChannel made = shared.newChannel(port);
        channel = made;
        if (made != null) {
            made.pipeline().addLast(new Events());
            shared.register(made);
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it
    public void close() {
        StreamChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }

    final void fail(String what) {
        shared.counters().failed(what);
        close();
    }

    abstract void onHandshake(ChannelHandlerContext ctx);

    void onBytes(ByteBuf bytes) {
        fail("bytes that nobody asked for");
    }

    /// The connection has ended, which the client had not asked for unless this says otherwise.
    void onClosed() {
        fail("the proxy closed a connection");
    }

    private final class Events extends ChannelInboundHandlerAdapter {

        private boolean finished;

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake && !finished) {
                if (handshake.isSuccess()) {
                    onHandshake(ctx);
                } else {
                    finished = true;
                    fail("a handshake failed: " + handshake.cause());
                }
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            try {
                onBytes(bytes);
            } finally {
                bytes.release();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            if (!finished) {
                finished = true;
                boolean wanted = channel == null;
                channel = null;
                if (!wanted) {
                    onClosed();
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (channel != null) {
                fail("a connection failed: " + cause);
            }
        }
    }

    /// One handshake after the other, each on a connection of its own. Confined to the load loop.
    static final class Handshake extends SecureClient {

        private long begunNanos;

        private boolean done;

        Handshake(SecureClients shared, int port) {
            super(shared, port);
        }

        @Override
        public void connect() {
            done = false;
            begunNanos = System.nanoTime();
            super.connect();
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // onClosed() follows
        void onHandshake(ChannelHandlerContext ctx) {
            shared.counters().unit(System.nanoTime() - begunNanos);
            done = true;
            ctx.close();
        }

        @Override
        void onClosed() {
            if (done) {
                connect();
            } else {
                super.onClosed();
            }
        }
    }

    /// A download without end. Confined to the load loop.
    static final class Download extends SecureClient {

        private static final ByteBuf REQUEST = Unpooled.unreleasableBuffer(
                Unpooled.directBuffer().writeBytes(WebText.BULK_REQUEST.toString().getBytes(StandardCharsets.US_ASCII)));

        Download(SecureClients shared, int port) {
            super(shared, port);
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the connection, which is noticed
        void onHandshake(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(REQUEST.duplicate());
        }

        /// The response's head counts among a download without end.
        @Override
        void onBytes(ByteBuf bytes) {
            shared.counters().received(bytes.readableBytes());
        }
    }
}
