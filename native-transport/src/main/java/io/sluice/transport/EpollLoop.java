package io.sluice.transport;

import java.io.IOException;

import io.netty.channel.IoHandlerContext;
import org.jspecify.annotations.Nullable;

import io.sluice.transport.linux.Errno;
import io.sluice.transport.linux.NativeMemory;

import static io.sluice.transport.linux.LinuxConstants.EFD_CLOEXEC;
import static io.sluice.transport.linux.LinuxConstants.EFD_NONBLOCK;
import static io.sluice.transport.linux.LinuxConstants.EPOLLERR;
import static io.sluice.transport.linux.LinuxConstants.EPOLLET;
import static io.sluice.transport.linux.LinuxConstants.EPOLLEXCLUSIVE;
import static io.sluice.transport.linux.LinuxConstants.EPOLLIN;
import static io.sluice.transport.linux.LinuxConstants.EPOLLOUT;
import static io.sluice.transport.linux.LinuxConstants.EPOLLPRI;
import static io.sluice.transport.linux.LinuxConstants.EPOLLRDHUP;
import static io.sluice.transport.linux.LinuxConstants.EPOLL_CLOEXEC;
import static io.sluice.transport.linux.LinuxConstants.EPOLL_CTL_ADD;
import static io.sluice.transport.linux.LinuxConstants.EPOLL_CTL_DEL;
import static io.sluice.transport.linux.LinuxConstants.EPOLL_CTL_MOD;

/// A loop on epoll(7), edge-triggered for streams. Confined to its worker's event loop, except [#wakeup].
///
/// A stream is added once (EPOLL_CTL_ADD) and modified at most once, when a write first finds its socket full; closing
/// the descriptor removes it. Events carry a slot and the slot's age, so that an event of a closed socket that stands
/// later in the same batch does not reach its successor.
final class EpollLoop extends SocketLoop {

    static final int STREAM_IN = EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLET;

    static final int STREAM_IN_OUT = STREAM_IN | EPOLLOUT;

    private static final int MAX_EVENTS = 512;

    /// struct epoll_event is packed on x86-64 only.
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");

    private static final int EVENT_BYTES = PACKED ? 12 : 16;

    private static final int EVENT_DATA = PACKED ? 4 : 8;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final int epoll;

    private final long events = NativeMemory.allocateForever((long) MAX_EVENTS * EVENT_BYTES, 64);

    private final long control = NativeMemory.allocateForever(16, 16);

    private final Slots slots = new Slots();

    private final WakeUp wakeUp;

    private long turnCount;

    EpollLoop() throws IOException {
        epoll = linux.epollCreate(EPOLL_CLOEXEC);
        if (epoll < 0) {
            throw new IOException("epoll_create1() failed (" + Errno.describe(-epoll) + ")");
        }
        int eventfd = linux.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        int watched = eventfd < 0 ? eventfd : 0;
        wakeUp = new WakeUp(eventfd, linux);
        if (watched == 0) {
            watched = watch(wakeUp);
        }
        if (watched < 0) {
            linux.close(epoll);
            throw new IOException("cannot make a loop's eventfd (" + Errno.describe(-watched) + ")");
        }
    }

    @Override
    public Transport transport() {
        return Transport.EPOLL;
    }

    @Override
    public long turnCount() {
        return turnCount;
    }

    @Override
    public @Nullable StreamSocket adopt(int fd) {
        EpollStreamSocket socket = new EpollStreamSocket(this, fd, false);
        return add(socket, STREAM_IN) ? socket : null;
    }

    @Override
    public @Nullable StreamSocket connect(int fd, StreamHandler handler, long sockaddr, int length) {
        int result = linux.connect(fd, sockaddr, length);
        EpollStreamSocket socket = new EpollStreamSocket(this, fd, true);
        socket.handler(handler);
        if (result < 0 && result != -Errno.EINPROGRESS) {
            // Tells like any other failed connect, in the next turn, and needs no watching.
            socket.slot = -1;
            socket.failLater(-result);
            return socket;
        }
        return add(socket, STREAM_IN_OUT) ? socket : null;
    }

    private boolean add(EpollStreamSocket socket, int mask) {
        socket.slot = slots.add(socket);
        int result = control(EPOLL_CTL_ADD, socket.fd(), mask, slots.key(socket.slot));
        if (result < 0) {
            slots.remove(socket.slot);
            linux.close(socket.fd());
            return false;
        }
        return true;
    }

    /// Asks for writability edges too, from now on.
    void armOutput(EpollStreamSocket socket) {
        int result = control(EPOLL_CTL_MOD, socket.fd(), STREAM_IN_OUT, slots.key(socket.slot));
        if (result < 0) {
            socket.failLater(-result);
        }
    }

    /// The descriptor's last reference goes with it, so epoll forgets it by itself.
    void closeSocket(EpollStreamSocket socket) {
        if (socket.slot >= 0) {
            slots.remove(socket.slot);
            socket.slot = -1;
        }
        linux.close(socket.fd());
    }

    @Override
    public int watch(Readiness readiness) {
        return watch(readiness, EPOLLIN);
    }

    @Override
    public int watchShared(Readiness readiness) {
        return watch(readiness, EPOLLIN | EPOLLEXCLUSIVE);
    }

    private int watch(Readiness readiness, int mask) {
        readiness.slot = slots.add(readiness);
        int result = control(EPOLL_CTL_ADD, readiness.fd(), mask, slots.key(readiness.slot));
        if (result < 0) {
            slots.remove(readiness.slot);
            readiness.slot = -1;
        }
        return result;
    }

    @Override
    public void unwatch(Readiness readiness) {
        if (readiness.slot >= 0) {
            control(EPOLL_CTL_DEL, readiness.fd(), 0, 0);
            slots.remove(readiness.slot);
            readiness.slot = -1;
        }
    }

    /// The descriptor's last reference goes with it, so epoll forgets it by itself.
    @Override
    public void close(Readiness readiness) {
        if (readiness.slot >= 0) {
            slots.remove(readiness.slot);
            readiness.slot = -1;
        }
        linux.close(readiness.fd());
    }

    private int control(int operation, int fd, int mask, long key) {
        NativeMemory.putInt(control, mask);
        NativeMemory.putLong(control + EVENT_DATA, key);
        return linux.epollControl(epoll, operation, fd, control);
    }

    @Override
    int turn(IoHandlerContext context, long limitNanos) {
        turnCount++;
        int count = await(context, limitNanos);
        afterWait();
        for (int i = 0; i < count; i++) {
            long event = events + (long) i * EVENT_BYTES;
            Object target = slots.get(NativeMemory.getLong(event + EVENT_DATA));
            try {
                deliver(target, NativeMemory.getInt(event));
            } catch (Throwable fault) {
                contain(target, fault);
            }
        }
        return Math.max(count, 0);
    }

    private int await(IoHandlerContext context, long limitNanos) {
        if (limitNanos <= 0) {
            return linux.epollWait(epoll, events, MAX_EVENTS, 0);
        }
        wakeUp.beforeWait();
        int timeout = context.canBlock() ? millis(limitNanos) : 0;
        int count = linux.epollWait(epoll, events, MAX_EVENTS, timeout);
        wakeUp.afterWait();
        return count;
    }

    /// Rounded up: a wait that ends before its timer is due would only be repeated.
    private static int millis(long nanos) {
        return nanos >= Integer.MAX_VALUE * NANOS_PER_MILLI
                ? -1
                : (int) ((nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI);
    }

    private void deliver(@Nullable Object target, int mask) {
        switch (target) {
            case EpollStreamSocket socket -> socket.onEvents(mask);
            case Readiness readiness when (mask & (EPOLLIN | EPOLLERR)) != 0 -> readiness.onReadable(this);
            case null, default -> {
                // Closed earlier in this batch.
            }
        }
    }

    @Override
    public void wakeup() {
        wakeUp.wake();
    }

    @Override
    public void destroy() {
        for (Object open : slots.all()) {
            if (open instanceof EpollStreamSocket socket) {
                socket.close();
            }
        }
        freeMemory();
        linux.close(epoll);
        wakeUp.close();
    }
}
