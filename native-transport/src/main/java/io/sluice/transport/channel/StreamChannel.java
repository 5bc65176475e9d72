package io.sluice.transport.channel;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;

import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.ChannelOutputShutdownException;
import org.jspecify.annotations.Nullable;

import io.sluice.transport.StreamHandler;
import io.sluice.transport.StreamSocket;

/// A Netty channel over a [StreamSocket], so that Netty's codecs work on our sockets and loops. Confined to its worker's
/// event loop.
///
/// It registers nothing with the loop: the socket is watched already, and tells this. Each delivery of the socket is one
/// buffer, one `channelRead` and one `channelReadComplete`. Without `autoRead` and without `read()` the socket is paused; the
/// little that io_uring had taken from the kernel before may still come. What the socket does not take stays in Netty's
/// outbound buffer, with its water marks.
///
///     CONNECTING --connected--> OPEN --release--> RELEASED   the socket is somebody else's, with what it has not delivered
///         |                       |
///         +---- failed, closed ---+------------> CLOSED
///
/// With ALLOW_HALF_CLOSURE the end of the input is a `ChannelInputShutdownEvent`; otherwise it closes. With
/// AUTO_CLOSE off, a failed write ends the output only, so that what the other end had said before can still be read.
public final class StreamChannel extends AbstractChannel {

    private static final ChannelMetadata METADATA = new ChannelMetadata(false);

    /// Calls to the kernel in one flush before the other channels have their turn.
    private static final int WRITES_PER_FLUSH = 16;

    private enum State {
        CONNECTING,
        OPEN,
        RELEASED,
        CLOSED
    }

    private final StreamChannels home;

    private final StreamSocket socket;

    private final StreamChannelConfig config = new StreamChannelConfig(this);

    private State state;

    private @Nullable ChannelPromise connecting;

    /// Fulfilled once what was flushed is sent and FIN follows.
    private @Nullable ChannelPromise shutdownWanted;

    /// `read()` was called since the last delivery.
    private boolean readWanted;

    /// The socket is in byte mode.
    private boolean reading;

    private boolean inputEnded;

    private boolean outputEnded;

    private boolean awaitingWritable;

    private boolean resetWanted;

    private long sentBytes;

    StreamChannel(StreamChannels home, ChannelNumber number, StreamSocket socket, boolean connected) {
        this.home = home;
        this.socket = socket;
        super(null, number);
        config.setAllocator(home.allocator());
        state = connected ? State.OPEN : State.CONNECTING;
        if (!connected) {
            connecting = newPromise();
        }
        socket.handler((SocketEvents) unsafe());
    }

    /// Done when the connect is: with an [ErrnoException] of `connect()` when it failed.
    public ChannelFuture connectFuture() {
        ChannelPromise underWay = connecting;
        return underWay == null ? newSucceededFuture() : underWay;
    }

    /// Bytes that the kernel has taken so far: what moves while a reader is slow.
    public long sentBytes() {
        return sentBytes;
    }

    /// What the kernel knows of the connection: struct tcp_info (tcp(7)).
    ///
    /// @return its length, or a negated error number
    public int tcpInfo(long memory, int capacity) {
        return home.tcpInfo(socket, memory, capacity);
    }

    /// The most bytes that one delivery has.
    public void readLimit(int bytes) {
        socket.readLimit(bytes);
    }

    /// Whether the other end has sent FIN and all before it was delivered.
    public boolean isInputEnded() {
        return inputEnded;
    }

    /// Whether FIN was sent, or a write has failed with AUTO_CLOSE off.
    public boolean isOutputEnded() {
        return outputEnded;
    }

    /// Sends FIN once everything flushed has been passed to the kernel. What is written afterwards fails. If the other end
    /// has finished too, the channel closes.
    public ChannelFuture endOutput() {
        ChannelPromise promise = newPromise();
        if (shutdownWanted != null || outputEnded) {
            return promise.setFailure(new ChannelOutputShutdownException("the output has been ended before"));
        }
        shutdownWanted = promise;
        events().shutdownWhenSent();
        return promise;
    }

    /// Closes by RST, past the handlers: TLS would say close_notify first, which the other end would take for an end.
    public ChannelFuture reset() {
        resetWanted = true;
        ChannelPromise promise = newPromise();
        unsafe().close(promise);
        return promise;
    }

    /// Gives the socket to another handler, paused, and ends this channel without touching it: the pipeline gets
    /// `channelInactive` with the loop's next tasks.
    ///
    /// What the kernel has not delivered comes to the new handler. What was read already is the caller's to pass on: remove
    /// the decoders from the pipeline first. Flushed bytes that the socket has not taken yet go into the socket's own
    /// backlog, before anything that is sent later; [StreamSocket#hasUnsent] tells. If [#isInputEnded], the new handler
    /// will not be told of it again.
    ///
    /// @throws IllegalStateException when it is not open, or a file is under way
    public StreamSocket release(StreamHandler next) {
        ChannelOutboundBuffer unsent = unsafe().outboundBuffer();
        if (state != State.OPEN || (unsent != null && OutputPath.hasFile(unsent))) {
            throw new IllegalStateException(state == State.OPEN ? "a file is under way" : "the channel is " + state);
        }
        state = State.RELEASED;
        reading = false;
        socket.handler(next);
        socket.pause();
        if (unsent != null) {
            OutputPath.moveToBacklog(unsent, socket);
        }
        unsafe().close(unsafe().voidPromise());
        return socket;
    }

    private SocketEvents events() {
        return (SocketEvents) unsafe();
    }

    /// Stops at once if autoRead is switched off.
    void stopReading() {
        if (!isRegistered() || eventLoop().inEventLoop()) {
            readWanted = false;
            pauseUnlessWanted();
        } else {
            eventLoop().execute(this::stopReading);
        }
    }

    private void pauseUnlessWanted() {
        if (reading && !readWanted && state == State.OPEN) {
            reading = false;
            socket.pause();
        }
    }

    @Override
    protected void doBeginRead() {
        readWanted = true;
        if (!reading && !inputEnded && state == State.OPEN) {
            reading = true;
            socket.startBytes();
        }
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        return OutputPath.sendable(message, alloc());
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer outbound) throws Exception {
        boolean taken = !socket.hasUnsent();
        for (int i = 0; taken && i < WRITES_PER_FLUSH && !outbound.isEmpty() && state == State.OPEN; i++) {
            taken = home.outputPath().write(outbound, socket);
            sentBytes += home.outputPath().taken();
        }
        if (state != State.OPEN) {
            return;
        }
        if (!taken) {
            awaitingWritable = true;
            socket.awaitWritable();
        } else if (!outbound.isEmpty()) {
            eventLoop().execute(events()::goOn);
        }
    }

    @Override
    protected void doShutdownOutput() {
        outputEnded = true;
        socket.shutdownOutput();
    }

    @Override
    protected void doClose() {
        boolean ours = state != State.RELEASED;
        state = State.CLOSED;
        readWanted = false;
        reading = false;
        if (ours && resetWanted) {
            socket.reset();
        } else if (ours) {
            socket.close();
        }
        fail(connecting);
        fail(shutdownWanted);
        shutdownWanted = null;
    }

    private static void fail(@Nullable ChannelPromise promise) {
        if (promise != null && !promise.isDone()) {
            promise.tryFailure(new ClosedChannelException());
        }
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doBind(SocketAddress localAddress) {
        throw new UnsupportedOperationException("a stream channel is made over a socket that is bound");
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new SocketEvents();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop == home.eventLoop();
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public boolean isOpen() {
        return state == State.OPEN || state == State.CONNECTING;
    }

    /// A released channel is active until it has told its pipeline otherwise.
    @Override
    public boolean isActive() {
        return state == State.OPEN || state == State.RELEASED;
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return home.localAddress(socket);
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return home.remoteAddress(socket);
    }

    /// What the socket tells, and what Netty's head of the pipeline calls.
    private final class SocketEvents extends AbstractUnsafe implements StreamHandler {

        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            safeSetFailure(promise, new UnsupportedOperationException("a stream channel is made over a socket that connects"));
        }

        @Override
        public void onConnected(StreamSocket from, int errno) {
            ChannelPromise underWay = connecting;
            if (errno != 0) {
                ErrnoException cause = new ErrnoException("connect()", errno);
                if (underWay != null) {
                    underWay.tryFailure(cause);
                }
                closeFor(cause);
                return;
            }
            state = State.OPEN;
            if (underWay != null) {
                underWay.trySuccess();
            }
            if (isRegistered() && state == State.OPEN) {
                pipeline().fireChannelActive();
                flushNow();
            }
            if (readWanted) {
                doBeginRead();
            }
        }

        @Override
        public void onBytes(StreamSocket from, long address, int length) {
            readWanted = false;
            pipeline().fireChannelRead(home.copy(address, length));
            pipeline().fireChannelReadComplete();
            pauseUnlessWanted();
        }

        @Override
        public void onReadable(StreamSocket from) {
            throw new IllegalStateException("a channel never asks for readiness");
        }

        @Override
        public void onEnd(StreamSocket from) {
            reading = false;
            readWanted = false;
            inputEnded = true;
            if (config.isAllowHalfClosure()) {
                pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
                pipeline().fireUserEventTriggered(ChannelInputShutdownReadComplete.INSTANCE);
                closeIfBothEnded();
            } else {
                close(voidPromise());
            }
        }

        @Override
        public void onWritable(StreamSocket from) {
            awaitingWritable = false;
            flushNow();
        }

        @Override
        public void onError(StreamSocket from, int errno) {
            reading = false;
            readWanted = false;
            ErrnoException cause = new ErrnoException("recv()", errno);
            pipeline().fireExceptionCaught(cause);
            closeFor(cause);
        }

        @Override
        public void onFault(StreamSocket from, Throwable fault) {
            pipeline().fireExceptionCaught(fault);
            closeFor(new IOException("a fault of this program", fault));
        }

        private void closeFor(IOException cause) {
            ClosedChannelException closed = new ClosedChannelException();
            closed.initCause(cause);
            close(voidPromise(), cause, closed);
        }

        private void closeIfBothEnded() {
            if (inputEnded && outputEnded && state == State.OPEN) {
                close(voidPromise());
            }
        }

        @Override
        protected void flush0() {
            if (!awaitingWritable) {
                flushNow();
            }
        }

        private void goOn() {
            flush0();
        }

        private void flushNow() {
            super.flush0();
            shutdownWhenSent();
        }

        private void shutdownWhenSent() {
            ChannelPromise wanted = shutdownWanted;
            ChannelOutboundBuffer outbound = outboundBuffer();
            if (wanted != null && state == State.OPEN && (outbound == null || outbound.isEmpty())) {
                shutdownWanted = null;
                shutdownOutput(wanted);
                closeIfBothEnded();
            }
        }
    }
}
