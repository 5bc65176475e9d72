package io.sluice.transport;

import org.jspecify.annotations.Nullable;

/// The caller's loop from the doc of [StreamSocket]: copies both ways, stops the flow when the sink has enough, passes FIN
/// on, resets the other side on an error. Confined to its loop.
class CopyingRelay extends RecordingHandler {

    private @Nullable StreamSocket one;

    private @Nullable StreamSocket other;

    /// Joins two sockets and starts both directions.
    static CopyingRelay join(StreamSocket one, StreamSocket other) {
        CopyingRelay relay = new CopyingRelay();
        relay.start(one, other);
        return relay;
    }

    final void start(StreamSocket first, StreamSocket second) {
        one = first;
        other = second;
        first.handler(this);
        second.handler(this);
        first.startBytes();
        second.startBytes();
    }

    final StreamSocket peer(StreamSocket socket) {
        StreamSocket peer = socket == one ? other : one;
        if (peer == null) {
            throw new IllegalStateException("not joined");
        }
        return peer;
    }

    @Override
    public void onBytes(StreamSocket source, long address, int length) {
        if (!peer(source).send(address, length)) {
            source.pause();
        }
    }

    @Override
    public void onWritable(StreamSocket sink) {
        peer(sink).startBytes();
    }

    @Override
    public void onEnd(StreamSocket source) {
        peer(source).shutdownOutput();
        super.onEnd(source);
    }

    @Override
    public void onError(StreamSocket socket, int errno) {
        socket.close();
        peer(socket).reset();
        super.onError(socket, errno);
    }
}
