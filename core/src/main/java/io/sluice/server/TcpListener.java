package io.sluice.server;

import io.sluice.config.model.LogLevel;
import io.sluice.metrics.Metric;
import io.sluice.session.InternalFault;
import io.sluice.stream.SessionResources;
import io.sluice.stream.WorkerGeneration;
import io.sluice.time.Timer;
import io.sluice.transport.AcceptHandler;
import io.sluice.transport.ListenSocket;
import io.sluice.transport.linux.Errno;
/// worker's event loop.
///
/// When descriptors have run out it rests for half a second, as nginx does, and the connections wait in the kernel's
/// queue. The listener is its own timer for that.
final class TcpListener extends Timer implements Listener, AcceptHandler {

    private static final long REST_NANOS = 500_000_000;

    private final ListenSocket socket;

    private final SessionResources resources;

    private final boolean shared;

    private final Entrance entrance;

    private ListenPoint.OfConnections point;

    private boolean watching;

    /// @param shared other workers watch the same descriptor
    TcpListener(
            ListenSocket socket,
            boolean shared,
            SessionResources resources,
            Entrance entrance,
            ListenPoint.OfConnections point,
            WorkerGeneration generation) {
        this.socket = socket;
        this.shared = shared;
        this.resources = resources;
        this.point = point;
        this.entrance = entrance;
        entrance.install(point, generation);
        socket.handler(this);
    }

    @Override
    public int start() {
        int result = shared ? resources.loop().watchShared(socket) : resources.loop().watch(socket);
        watching = result == 0;
        return result;
    }

    @Override
    public void install(ListenPoint newPoint, WorkerGeneration newGeneration) {
        point = (ListenPoint.OfConnections) newPoint;
        entrance.install(point, newGeneration);
        if (shared && watching) {
            // The kernel tells one watcher of a connection. If that was one that has let go since, look again.
            stop();
            start();
        }
    }

    @Override
    public BoundSocket socket() {
        return new BoundSocket.OfConnections(socket);
    }

    @Override
    public void stop() {
        resources.wheel().cancel(this);
        if (watching) {
            watching = false;
            resources.loop().unwatch(socket);
        }
    }

    /// What waits in the queue is accepted first, since closing the socket resets it, and not a moment passes in between. A
    /// shared socket is closed by whoever knows that all its watchers have let go.
    @Override
    public void close() {
        stop();
        socket.acceptRemaining(resources.loop());
        entrance.close();
        if (!shared) {
            socket.close(resources.loop().linux());
        }
    }

    @Override
    public void onAccepted(ListenSocket listener, int fd, long sockaddr, int length) {
        boolean taken = false;
        try {
            taken = true;
            entrance.accept(fd, sockaddr, length);
        } catch (Throwable thrown) {
            // One connection's end: those behind it in the queue are accepted all the same.
            if (!taken) {
                resources.linux().close(fd);
            }
            onFault(thrown);
        }
    }

    @Override
    public void onAcceptFailed(ListenSocket listener, int errno) {
        resources.metrics().increment(Metric.ACCEPT_ERRORS);
        resources.errors().log(LogLevel.CRIT, "accept4() failed (" + Errno.describe(errno) + "), "
                + point.address() + " rests for half a second");
        if (watching) {
            watching = false;
            resources.metrics().increment(Metric.ACCEPT_PAUSES);
            resources.loop().unwatch(socket);
            resources.wheel().schedule(this, resources.clock().nanos() + REST_NANOS);
        }
    }

    /// Tells, and goes on listening.
    @Override
    protected void onFault(Throwable thrown) {
        InternalFault fault = new InternalFault(thrown);
        resources.errors().log(fault.level(), fault + " while accepting on " + point.address());
        if (!watching && !isScheduled()) {
            resources.wheel().schedule(this, resources.clock().nanos() + REST_NANOS);
        }
    }

    @Override
    protected void onTimer(long nowNanos) {
        if (start() < 0) {
            resources.wheel().schedule(this, nowNanos + REST_NANOS);
        }
    }
}
