package io.sluice.tcp;

import io.sluice.session.Side;
import io.sluice.stream.SessionResources;
import io.sluice.transport.StreamHandler;
import io.sluice.transport.StreamSocket;

/// A relay between two connected sockets that were something else before: a pair after an HTTP upgrade. Confined to its
/// worker's event loop.
///
///     RelayPair pair = new RelayPair(resources, owner, bufferBytes);
///     pair.begin(channelBelow.release(pair), channelAbove.release(pair));
///     pair.forward(Side.UPSTREAM, address, length);      // what had been read before
///     pair.start();
///     // owner.onFinished or owner.onFailed follows; the owner closes the pair
public final class RelayPair implements StreamHandler, RelayOwner {

    private final SessionResources resources;

    private final Owner owner;

    private final int bufferBytes;

    private StreamSocket downstream;

    private StreamSocket upstream;

    private RelayDirection upload;

    private RelayDirection download;

    private boolean closed;

    /// What the pair serves.
    public interface Owner {

        /// Bytes move, in either direction.
        void onProgress();

        /// A side has ended, and everything it had sent was passed on.
        void onFinished(Side first);

        /// A side's connection has failed.
        void onFailed(Side side, int errno);

        /// The pair's own code has thrown.
        void onPairFault(Throwable fault);
    }

    /// @param bufferBytes bound of what one read takes
    @SuppressWarnings("NullAway.Init") // begin() follows at once; the sockets' handler has to be there before them
    public RelayPair(SessionResources resources, Owner owner, int bufferBytes) {
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

    /// Passes on what a side had sent before the pair was made.
    public void forward(Side from, long address, int length) {
        direction(from).onBytes(address, length);
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
        return direction(from).received();
    }

    /// Bytes of the other side that a side's kernel has taken.
    public long sent(Side to) {
        return direction(to == Side.DOWNSTREAM ? Side.UPSTREAM : Side.DOWNSTREAM).sent();
    }

    /// Whether it has been closed.
    public boolean isClosed() {
        return closed;
    }

    /// Closes both sockets and gives back what the relay holds. Idempotent.
    public void close() {
        if (!closed) {
            closed = true;
            upload.release();
            download.release();
            upstream.close();
            downstream.close();
        }
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
        // The response's head was first.
    }

    @Override
    public void onProgress() {
        owner.onProgress();
    }

    @Override
    public void onDirectionFinished(RelayDirection direction, StreamSocket sink) {
        owner.onFinished(direction.from());
    }

    private RelayDirection directionFrom(StreamSocket socket) {
        return socket == downstream ? upload : download;
    }
}
