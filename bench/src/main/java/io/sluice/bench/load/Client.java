package io.sluice.bench.load;

import org.jspecify.annotations.Nullable;

import io.sluice.transport.StreamHandler;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.Errno;

/// One client, which has one connection at a time. Confined to the load loop.
///
/// What the proxy does unasked (closing, resetting, altering bytes) is a failure of the run.
abstract class Client implements StreamHandler, Connections.Party {

    final Connections connections;

    final LoadCounters counters;

    private final int port;

    private @Nullable StreamSocket socket;

    Client(Connections connections, int port) {
        this.connections = connections;
        this.counters = connections.counters();
        this.port = port;
    }

    @Override
    public void connect() {
        socket = connections.connect(this, port);
    }

    @Override
    public final void close() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    final void fail(String what) {
        counters.failed(what);
        close();
    }

    /// The connection stands.
    abstract void onConnected(StreamSocket established);

    @Override
    public final void onConnected(StreamSocket established, int errno) {
        if (errno == 0) {
            onConnected(established);
        } else {
            fail("connect() failed (" + Errno.describe(errno) + ")");
        }
    }

    @Override
    public void onBytes(StreamSocket source, long address, int length) {
        fail("bytes that nobody asked for");
    }

    @Override
    public void onReadable(StreamSocket source) {
        throw new IllegalStateException("readiness mode was not asked for");
    }

    @Override
    public void onEnd(StreamSocket source) {
        fail("the proxy closed a connection");
    }

    @Override
    public void onWritable(StreamSocket sink) {
        // A message waits in the socket's own backlog; its reply is what counts.
    }

    @Override
    public final void onError(StreamSocket failed, int errno) {
        fail("a connection failed (" + Errno.describe(errno) + ")");
    }
}
