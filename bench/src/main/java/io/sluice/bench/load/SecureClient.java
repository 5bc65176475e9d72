package io.sluice.bench.load;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import org.jspecify.annotations.Nullable;

import io.sluice.transport.channel.ErrnoException;
import io.sluice.transport.channel.StreamChannel;
import io.sluice.transport.linux.Errno;

/// One client by TLS, which has one connection at a time. Confined to the load loop.
abstract sealed class SecureClient implements Connections.Party {

    final SecureClients shared;

    private final Target target;

    private @Nullable StreamChannel channel;

    private boolean ready;

    private boolean lost;

    SecureClient(SecureClients shared, Target target) {
        this.shared = shared;
        this.target = target;
    }

    @Override
    public void begin() {
        connect();
    }

    final void connect() {
        StreamChannel made = shared.newChannel(target);
        channel = made;
        if (made == null) {
            lost();
            return;
        }
        made.connectFuture().addListener(connected -> {
            if (!connected.isSuccess()) {
                onConnectFailed(connected.cause());
            }
        });
        made.pipeline().addLast(new Events());
        shared.register(made);
    }

    private void onConnectFailed(Throwable cause) {
        if (channel != null) {
            String why = cause instanceof ErrnoException failure ? Errno.describe(failure.errno()) : String.valueOf(cause);
            fail("cannot connect to " + target.text() + " (" + why + ")");
        }
    }

    /// Takes part from now on; said once or more often.
    final void ready() {
        if (!ready) {
            ready = true;
            shared.connections().onReady();
        }
    }

    private void lost() {
        if (!lost) {
            lost = true;
            shared.connections().onLost(ready);
        }
    }

    final boolean isLost() {
        return lost;
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
        lost();
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
            if (event instanceof SslHandshakeCompletionEvent handshake && !finished && channel != null) {
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
    static final class Handshake extends SecureClient implements Exchanger {

        private final Pace pace;

        private final Outstanding outstanding = new Outstanding(1);

        private boolean done;

        Handshake(SecureClients shared, Target target, Pace pace) {
            super(shared, target);
            this.pace = pace;
        }

        @Override
        public void begin() {
            ready();
            pace.free(this, System.nanoTime());
        }

        @Override
        public boolean isOpen() {
            return !isLost();
        }

        @Override
        public void exchange(long intendedNanos, long nowNanos) {
            outstanding.add(intendedNanos, nowNanos);
            done = false;
            connect();
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // onClosed() follows
        void onHandshake(ChannelHandlerContext ctx) {
            outstanding.complete(pace, System.nanoTime());
            done = true;
            ctx.close();
        }

        @Override
        void onClosed() {
            if (done) {
                pace.free(this, System.nanoTime());
            } else {
                super.onClosed();
            }
        }
    }

    /// A download without end. Confined to the load loop.
    static final class Download extends SecureClient {

        private static final ByteBuf REQUEST = Unpooled.unreleasableBuffer(
                Unpooled.directBuffer().writeBytes(WebText.BULK_REQUEST.toString().getBytes(StandardCharsets.US_ASCII)));

        private static final int OK = 200;

        private final ResponseHead head = new ResponseHead(OK);

        private final boolean verified;

        private boolean inHead = true;

        private long position;

        /// @param verified compares every byte
        Download(SecureClients shared, Target target, boolean verified) {
            super(shared, target);
            this.verified = verified;
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the connection, which is noticed
        void onHandshake(ChannelHandlerContext ctx) {
            ready();
            ctx.writeAndFlush(REQUEST.duplicate());
        }

        @Override
        void onBytes(ByteBuf bytes) {
            long address = bytes.memoryAddress() + bytes.readerIndex();
            int length = bytes.readableBytes();
            if (inHead) {
                int end = head.find(address, length);
                if (head.isWrong()) {
                    fail("the proxy did not answer 200");
                    return;
                }
                if (end == 0) {
                    return;
                }
                inHead = false;
                address += end;
                length -= end;
            }
            if (verified && !Pattern.matches(position, address, length)) {
                fail("wrong bytes");
                return;
            }
            position += length;
            shared.counters().received(length);
        }
    }
}
