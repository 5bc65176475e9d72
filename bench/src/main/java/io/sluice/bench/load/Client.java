package io.sluice.bench.load;

import org.jspecify.annotations.Nullable;

import io.sluice.transport.StreamHandler;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.Errno;

/// One client, which has one connection at a time. Confined to the load loop.
///
/// What the proxy does unasked (closing, resetting, altering bytes) is a failure of the run, and the client is lost for it.
abstract class Client implements StreamHandler, Connections.Party {

    final Connections connections;

    final LoadCounters counters;

    private final Target target;

    private @Nullable StreamSocket socket;

    private boolean ready;

    private boolean lost;

    Client(Connections connections, Target target) {
        this.connections = connections;
        this.counters = connections.counters();
        this.target = target;
    }

    @Override
    public void begin() {
        connect();
    }

    /// Begins a connection.
    final void connect() {
        socket = connections.connect(this, target);
        if (socket == null) {
            lost();
        }
    }

    /// Takes part from now on; said once or more often.
    final void ready() {
        if (!ready) {
            ready = true;
            connections.onReady();
        }
    }

    private void lost() {
        if (!lost) {
            lost = true;
            connections.onLost(ready);
        }
    }

    final boolean isReady() {
        return ready;
    }

    final boolean isLost() {
        return lost;
    }

    @Override
    public final void close() {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }

    /// The connection, while there is one.
    final @Nullable StreamSocket socket() {
        return socket;
    }

    final void fail(String what) {
        counters.failed(what);
        close();
        lost();
    }

    /// The connection stands.
    abstract void onConnected(StreamSocket established);

    @Override
    public final void onConnected(StreamSocket established, int errno) {
        if (errno == 0) {
            onConnected(established);
        } else {
            fail("cannot connect to " + target.text() + " (" + Errno.describe(errno) + ")");
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
