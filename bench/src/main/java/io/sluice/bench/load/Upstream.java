package io.sluice.bench.load;

import java.net.InetSocketAddress;

import io.sluice.transport.AcceptHandler;
import io.sluice.transport.ListenException;
import io.sluice.transport.ListenOptions;
import io.sluice.transport.ListenSocket;
import io.sluice.transport.SocketLoop;
import io.sluice.transport.StreamHandler;
import io.sluice.transport.StreamSocket;
import io.sluice.transport.linux.Errno;

/// A listening service behind the proxy. Confined to the load loop.
///
/// What goes wrong with a connection is not counted here: a client notices whatever matters.
abstract class Upstream implements AcceptHandler {

    private static final int BACKLOG = 4096;

    final SocketLoop loop;

    private final ListenSocket listener;

    private int open;

    private long accepted;

    /// Descriptors ran out; the next that comes free is for the next connection.
    private boolean full;

    Upstream(SocketLoop loop, ListenAddress address) throws ListenException {
        this.loop = loop;
        listener = ListenSocket.open(
                loop.linux(), address.address(), ListenOptions.withBacklog(BACKLOG), address.joins());
        listener.handler(this);
        watch();
    }

    private void watch() {
        int watched = loop.watch(listener);
        if (watched < 0) {
            throw new IllegalStateException("a loop cannot watch a listener (" + Errno.describe(-watched) + ")");
        }
    }

    final int port() {
        return ((InetSocketAddress) listener.localAddress(loop.linux())).getPort();
    }

    /// How many connections there are.
    final int open() {
        return open;
    }

    /// How many there have been.
    final long accepted() {
        return accepted;
    }

    final void close() {
        full = false;
        loop.unwatch(listener);
        listener.close(loop.linux());
    }

    /// Who serves a connection that has just been accepted.
    abstract Service newService();

    @Override
    public final void onAccepted(ListenSocket from, int fd, long sockaddr, int length) {
        StreamSocket socket = loop.adopt(fd);
        if (socket != null) {
            open++;
            accepted++;
            serve(socket);
        }
    }

    /// Begins to serve a connection.
    void serve(StreamSocket socket) {
        socket.handler(newService());
        socket.startBytes();
    }

    /// A connection has ended.
    final void ended() {
        open--;
        if (full) {
            full = false;
            watch();
        }
    }

    @Override
    public final void onAcceptFailed(ListenSocket from, int errno) {
        full = true;
        loop.unwatch(from);
        throw new IllegalStateException("accept4() failed (" + Errno.describe(errno) + "): raise the limit of open files");
    }

    /// One connection's service, or that of all. Confined to the load loop.
    abstract class Service implements StreamHandler {

        final void end(StreamSocket socket) {
            socket.close();
            ended();
        }

        @Override
        public final void onConnected(StreamSocket socket, int errno) {
            throw new IllegalStateException("an accepted socket does not connect");
        }

        @Override
        public void onReadable(StreamSocket socket) {
            throw new IllegalStateException("readiness mode was not asked for");
        }

        @Override
        public final void onEnd(StreamSocket socket) {
            end(socket);
        }

        @Override
        public final void onError(StreamSocket socket, int errno) {
            end(socket);
        }
    }
}
