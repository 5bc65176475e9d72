package io.sluice.transport;

import java.util.ArrayDeque;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import org.jspecify.annotations.Nullable;

import io.sluice.transport.linux.LinuxCalls;
import io.sluice.transport.linux.NativeMemory;
import io.sluice.transport.linux.SocketAddresses;

import static io.sluice.transport.linux.LinuxConstants.SOCK_CLOEXEC;
import static io.sluice.transport.linux.LinuxConstants.SOCK_NONBLOCK;
import static io.sluice.transport.linux.LinuxConstants.SOCK_STREAM;
import static io.sluice.transport.linux.LinuxConstants.SOL_SOCKET;
import static io.sluice.transport.linux.LinuxConstants.SO_LINGER;

/// The I/O side of one Netty `IoEventLoop`: waits, delivers events, makes sockets. Confined to its worker's event loop,
/// except [#wakeup].
///
/// Netty runs the thread, its tasks and its shutdown; descriptors, readiness and completions are ours, since Netty's own
/// handlers allocate for every event or operation and hide what a relay needs (see docs/notes). Hence [#register] takes
/// no Netty handles.
///
/// What a handler throws ends with its event ([#contain]). A fault of the loop's own, outside of any event, ends the loop:
/// what it knows of its sockets may be wrong by then.
public abstract sealed class SocketLoop implements IoHandler permits EpollLoop, UringLoop {

    /// Upper bound of [StreamSocket#readLimit].
    public static final int MAX_READ_BYTES = 256 * 1024;

    private static final int KEPT_BACKLOGS = 16;

    private static final int KEPT_BACKLOG_BYTES = 256 * 1024;

    final LinuxCalls linux = new LinuxCalls();

    /// Read into by every socket of the loop, so that an idle one needs no memory.
    final long readBuffer = linux.allocate(MAX_READ_BYTES);

    /// For an address that a call returns, and its length.
    final long sockaddr = NativeMemory.allocateForever(SocketAddresses.MAX_BYTES, 16);

    final long sockaddrLength = NativeMemory.allocateForever(Integer.BYTES, Integer.BYTES);

    private final long addressScratch = NativeMemory.allocateForever(SocketAddresses.MAX_BYTES, 16);

    TurnHandler turns = TurnHandler.NONE;

    private final ArrayDeque<Backlog> backlogs = new ArrayDeque<>(KEPT_BACKLOGS);

    /// struct linger { l_onoff = 1, l_linger = 0 }.
    private final long zeroLinger = NativeMemory.allocateForever(2 * Integer.BYTES, Integer.BYTES);

    private @Nullable StreamSocket firstAgain;

    private @Nullable StreamSocket lastAgain;

    SocketLoop() {
        NativeMemory.putInt(zeroLinger, 1);
    }

    /// Which mechanism this is.
    public abstract Transport transport();

    /// The calls of this loop's thread.
    public final LinuxCalls linux() {
        return linux;
    }

    /// Memory of [#MAX_READ_BYTES] bytes that any handler may use until it returns or calls [StreamSocket#startBytes].
    public final long scratch() {
        return readBuffer;
    }

    /// Memory for one struct sockaddr that any handler may use until it returns or calls another method of the loop's.
    public final long addressScratch() {
        return addressScratch;
    }

    /// Sets what happens around the wait.
    public final void turnHandler(TurnHandler handler) {
        turns = handler;
    }

    /// Takes over a connected, non-blocking descriptor. It starts paused.
    ///
    /// @return null when the kernel refuses to watch it (ENOMEM, ENOSPC); the descriptor is closed then
    public abstract @Nullable StreamSocket adopt(int fd);

    /// Begins to connect a non-blocking descriptor; [StreamHandler#onConnected] tells how it went.
    ///
    /// @return null when the kernel refuses to watch it; the descriptor is closed then
    public abstract @Nullable StreamSocket connect(int fd, StreamHandler handler, long sockaddr, int length);

    /// Begins to watch.
    ///
    /// @return 0 or a negated error number
    public abstract int watch(Readiness readiness);

    /// As [#watch], but of several loops that watch the same descriptor only some are woken (EPOLLEXCLUSIVE).
    public abstract int watchShared(Readiness readiness);

    /// Ends watching; the descriptor stays open.
    public abstract void unwatch(Readiness readiness);

    /// Ends watching, if it is watched, and closes the descriptor, in fewer calls than one after the other.
    public abstract void close(Readiness readiness);

    /// A new non-blocking stream socket, or a negated error number.
    public final int newStreamSocket(int family) {
        return linux.socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    }

    /// How many turns this loop has made.
    public abstract long turnCount();

    @Override
    public final IoRegistration register(IoHandle handle) {
        throw new UnsupportedOperationException("this loop serves its own sockets, not Netty handles: " + handle);
    }

    @Override
    public final boolean isCompatible(Class<? extends IoHandle> handleType) {
        return false;
    }

    /// One turn: timers, wait, events, sockets that asked for another go.
    @Override
    public final int run(IoHandlerContext context) {
        try {
            return turn(context);
        } catch (Throwable fault) {
            contain(null, fault);
            throw fault;
        }
    }

    private int turn(IoHandlerContext context) {
        long limit = beforeWait();
        if (firstAgain != null || !context.canBlock()) {
            limit = 0;
        } else {
            limit = Math.min(limit, context.delayNanos(System.nanoTime()));
        }
        int events = turn(context, limit);
        runAgainList();
        return events;
    }

    private long beforeWait() {
        try {
            return turns.beforeWait();
        } catch (Throwable fault) {
            contain(null, fault);
            return 0;
        }
    }

    /// Waits for at most `limitNanos`, calls [#afterWait], delivers events.
    abstract int turn(IoHandlerContext context, long limitNanos);

    /// The events of this turn are delivered whatever its owner makes of it.
    final void afterWait() {
        try {
            turns.afterWait();
        } catch (Throwable fault) {
            contain(null, fault);
        }
    }

    /// Something was thrown while an event was delivered: the one it belongs to is told, and everybody else has theirs.
    ///
    /// @param target whose event it was
    final void contain(@Nullable Object target, Throwable fault) {
        try {
            if (target instanceof StreamSocket socket) {
                socket.onFault(fault);
            } else if (!(target instanceof Readiness readiness) || !readiness.onFault(fault)) {
                turns.onFault(fault);
            }
        } catch (Throwable another) {
            containLast(another);
        }
    }

    private void containLast(Throwable fault) {
        try {
            turns.onFault(fault);
        } catch (Throwable _) {
            // Nobody is left to be told.
        }
    }

    /// Gives a socket another go after the events of this turn.
    final void runAgain(StreamSocket socket) {
        if (socket.queuedAgain) {
            return;
        }
        socket.queuedAgain = true;
        if (lastAgain == null) {
            firstAgain = socket;
        } else {
            lastAgain.nextAgain = socket;
        }
        lastAgain = socket;
    }

    /// Sockets that ask again while this runs wait for the next turn, so that events come first.
    private void runAgainList() {
        StreamSocket socket = firstAgain;
        firstAgain = null;
        lastAgain = null;
        while (socket != null) {
            StreamSocket next = socket.nextAgain;
            socket.nextAgain = null;
            socket.queuedAgain = false;
            if (!socket.closed) {
                runAgainNow(socket);
            }
            socket = next;
        }
    }

    private void runAgainNow(StreamSocket socket) {
        try {
            socket.onAgain();
        } catch (Throwable fault) {
            contain(socket, fault);
        }
    }

    final Backlog borrowBacklog() {
        Backlog backlog = backlogs.pollLast();
        return backlog == null ? new Backlog() : backlog;
    }

    final void returnBacklog(Backlog backlog) {
        if (backlogs.size() < KEPT_BACKLOGS && backlog.capacity() <= KEPT_BACKLOG_BYTES) {
            backlog.clear();
            backlogs.addLast(backlog);
        } else {
            backlog.free(linux);
        }
    }

    /// Makes the coming close(2) send RST.
    final void setZeroLinger(int fd) {
        linux.setSocketOption(fd, SOL_SOCKET, SO_LINGER, zeroLinger, 2 * Integer.BYTES);
    }

    /// Frees what is worth it: reloads that change the number of workers make and end loops time and again.
    final void freeMemory() {
        for (Backlog backlog : backlogs) {
            backlog.free(linux);
        }
        backlogs.clear();
        linux.free(readBuffer);
    }
}
