package io.sluice.tcp;

import io.netty.buffer.ByteBuf;

import io.sluice.session.Side;
import io.sluice.stream.SessionResources;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.StreamHandler;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.NativeMemory;

/// A relay between two connected sockets that were something else before: a pair after an HTTP upgrade, or a session whose
/// PROXY protocol header was read. Confined to its
/// worker's event loop.
///
///     RelayPair pair = new RelayPair(resources, owner, bufferBytes);
///     pair.begin(channelBelow.release(pair), channelAbove.release(pair));
///     pair.forward(Side.UPSTREAM, bytes);               // what had been read before
///     pair.start();
///     // owner.onFinished or owner.onFailed follows; the owner closes the pair
public final class RelayPair implements StreamHandler, RelayOwner {

    private final SessionResources resources;

    private final Owner owner;

    private final int bufferBytes;

    private final boolean halfClose;

    private StreamSocket downstream;

    private StreamSocket upstream;

    private RelayDirection upload;

    private RelayDirection download;

    private boolean closed;

    /// What the pair serves.
    public interface Owner {

        /// Bytes move, in either direction.
        void onProgress();

        /// The first bytes of a side are relayed.
        default void onFirstByte(Side from) {}

        /// A side has ended, everything it had sent was passed on, and its end too; the other direction goes on.
        default void onHalfClosed() {}

        /// A side has ended, and everything it had sent was passed on; with `halfClose`, both have.
        ///
        /// @param first the one that ended first
        void onFinished(Side first);

        /// A side's connection has failed.
        void onFailed(Side side, int errno);

        /// The pair's own code has thrown.
        void onPairFault(Throwable fault);
    }

    /// @param bufferBytes bound of what one read takes
    /// @param halfClose the end of one side is passed on while the other direction goes on
    @SuppressWarnings("NullAway.Init") // begin() follows at once; the sockets' handler has to be there before them
    public RelayPair(SessionResources resources, Owner owner, int bufferBytes, boolean halfClose) {
        this.halfClose = halfClose;
        this.resources = resources;
        this.owner = owner;
        this.bufferBytes = bufferBytes;
    }

    /// Takes the sockets, both paused, with this as their handler.
    public void begin(StreamSocket below, StreamSocket above) {
        downstream = below;
        upstream = above;
        upload = new RelayDirection(this, Side.DOWNSTREAM, below, above, bufferBytes);
        download = new RelayDirection(this, Side.UPSTREAM, above, below, bufferBytes);
    }

    /// Passes on what a side had sent before the pair was made; the bytes are the pair's from now on.
    public void forward(Side from, ByteBuf bytes) {
        try {
            byte[] copy = new byte[Math.min(bytes.readableBytes(), SocketLoop.MAX_READ_BYTES)];
            long scratch = resources.loop().scratch();
            while (bytes.isReadable() && !closed) {
                int length = Math.min(bytes.readableBytes(), copy.length);
                bytes.readBytes(copy, 0, length);
                NativeMemory.put(scratch, copy, 0, length);
                direction(from).onBytes(scratch, length);
            }
        } finally {
            bytes.release();
        }
    }

    /// A side had ended before the pair was made.
    public void end(Side side) {
        direction(side).onEnd();
    }

    /// Begins to read, unless what was forwarded has to be taken first.
    public void start() {
        start(upload, upstream);
        start(download, downstream);
    }

    private static void start(RelayDirection direction, StreamSocket sink) {
        if (sink.hasUnsent()) {
            sink.awaitWritable();
        } else {
            direction.start();
        }
    }

    private RelayDirection direction(Side from) {
        return from == Side.DOWNSTREAM ? upload : download;
    }

    /// Bytes received from a side.
    public long received(Side from) {
        return hasBegun() ? direction(from).received() : 0;
    }

    /// Bytes of the other side that a side's kernel has taken.
    public long sent(Side to) {
        return hasBegun() ? direction(to == Side.DOWNSTREAM ? Side.UPSTREAM : Side.DOWNSTREAM).sent() : 0;
    }

    /// Between the constructor and [#begin] a session may end by a fault.
    private boolean hasBegun() {
        return download != null;
    }

    /// Whether it has been closed.
    public boolean isClosed() {
        return closed;
    }

    /// Closes both sockets by RST and gives back what the relay holds. Idempotent.
    public void reset() {
        if (takeApart()) {
            upstream.reset();
            downstream.reset();
        }
    }

    /// Closes both sockets and gives back what the relay holds. Idempotent.
    public void close() {
        if (takeApart()) {
            upstream.close();
            downstream.close();
        }
    }

    /// Whether there are sockets to close: it has them since [#begin], and until it is closed.
    private boolean takeApart() {
        if (closed) {
            return false;
        }
        closed = true;
        if (!hasBegun()) {
            return false;
        }
        upload.release();
        download.release();
        return true;
    }

    @Override
    public SessionResources resources() {
        return resources;
    }

    @Override
    public void onConnected(StreamSocket socket, int errno) {
        throw new IllegalStateException("connected before it came here");
    }

    @Override
    public void onBytes(StreamSocket socket, long address, int length) {
        directionFrom(socket).onBytes(address, length);
    }

    @Override
    public void onReadable(StreamSocket socket) {
        directionFrom(socket).onReadable();
    }

    @Override
    public void onEnd(StreamSocket socket) {
        directionFrom(socket).onEnd();
    }

    @Override
    public void onWritable(StreamSocket socket) {
        owner.onProgress();
        (socket == downstream ? download : upload).onWritable();
    }

    @Override
    public void onError(StreamSocket socket, int errno) {
        if (!closed) {
            owner.onFailed(socket == downstream ? Side.DOWNSTREAM : Side.UPSTREAM, errno);
        }
    }

    @Override
    public void onFault(StreamSocket socket, Throwable fault) {
        owner.onPairFault(fault);
    }

    @Override
    public void onFirstByte(Side from) {
        owner.onFirstByte(from);
    }

    @Override
    public void onProgress() {
        owner.onProgress();
    }

    @Override
    public void onDirectionFinished(RelayDirection direction, StreamSocket sink) {
        boolean both = upload.isFinished() && download.isFinished();
        if (!halfClose || both) {
            RelayDirection other = direction == upload ? download : upload;
            owner.onFinished(halfClose ? other.from() : direction.from());
            return;
        }
        sink.shutdownOutput();
        owner.onHalfClosed();
    }

    private RelayDirection directionFrom(StreamSocket socket) {
        return socket == downstream ? upload : download;
    }
}
