package io.sluice.transport;

import java.io.IOException;
import java.io.UncheckedIOException;

import io.netty.channel.IoHandlerContext;
import org.jspecify.annotations.Nullable;

import io.sluice.transport.linux.Errno;

import static io.sluice.transport.linux.LinuxConstants.EFD_CLOEXEC;
import static io.sluice.transport.linux.LinuxConstants.EFD_NONBLOCK;
import static io.sluice.transport.linux.LinuxConstants.EPOLLEXCLUSIVE;
import static io.sluice.transport.linux.LinuxConstants.POLLIN;
import static io.sluice.transport.linux.LinuxConstants.POLLOUT;
import static io.sluice.transport.linux.LinuxConstants.POLLRDHUP;
import static io.sluice.transport.linux.UringConstants.IORING_CQE_BUFFER_SHIFT;
import static io.sluice.transport.linux.UringConstants.IORING_CQE_F_BUFFER;
import static io.sluice.transport.linux.UringConstants.IORING_CQE_F_MORE;

/// A loop on io_uring(7): one io_uring_enter(2) a turn submits everything, waits and collects. Confined to its worker's
/// event loop, except [#wakeup].
///
///     settle      sockets whose wanted input changed: receives and polls begun or cancelled
///     enter       SENDs, receives, polls of this turn, in order; wait for one completion
///     failures    SENDs that did not go out whole
///     successes   all other SENDs, which say nothing: their buffers go back
///     deliver     the rest of the completions; handlers queue the next turn's SENDs
///
/// A completion carries an operation (uppermost byte) and the key of a slot. A slot is freed after the last completion of
/// its operations, so none meets a stranger.
final class UringLoop extends SocketLoop {

    // What a completion is of.
    static final int RECEIVE = 1;
    static final int SEND = 2;
    static final int READABLE = 3;
    static final int WRITABLE = 4;
    static final int TROUBLE = 5;
    static final int CONNECT = 6;
    static final int CANCEL = 7;
    private static final int CLOSE = 8;
    private static final int WATCH = 9;
    private static final int WAKE = 10;

    private static final int OPERATION_SHIFT = 56;

    private static final long KEY_MASK = (1L << OPERATION_SHIFT) - 1;

    private static final int SUBMISSIONS = 1024;

    private static final int NO_BUFFER = -1;

    /// In the slot of a registration that was given up, until its poll has completed. The [Readiness] itself may be with
    /// another loop by then, and is not to be looked at any more.
    private static final GivenUp GIVEN_UP = new GivenUp();

    /// How long [#destroy] waits for the last completions, in steps.
    private static final int DESTROY_STEPS = 100;

    private static final long DESTROY_STEP_NANOS = 10_000_000;

    private final Ring ring;

    private final BufferRing buffers;

    private final Slots slots = new Slots();

    private final WakeUp wakeUp;

    private @Nullable UringStreamSocket firstUnsettled;

    private @Nullable UringStreamSocket lastUnsettled;

    /// Sockets with a SEND under way.
    private @Nullable UringStreamSocket sending;

    /// The buffer whose bytes a handler has at present.
    private int delivering = NO_BUFFER;

    /// A receive has found no buffer in this turn.
    private boolean buffersRanOut;

    /// Somebody waits for a SEND to be over. Since a whole one has no completion, the next wait is none.
    private boolean sendAwaited;

    private long turnCount;

    UringLoop() throws IOException {
        ring = new Ring(linux, SUBMISSIONS);
        int eventfd = linux.eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
        if (eventfd < 0) {
            ring.close();
            throw new IOException("cannot make a loop's eventfd (" + Errno.describe(-eventfd) + ")");
        }
        wakeUp = new WakeUp(eventfd, linux);
        try {
            buffers = new BufferRing(linux, ring);
        } catch (RingException e) {
            wakeUp.close();
            ring.close();
            throw e;
        }
        pollWakeUp();
    }

    /// An edge for every write, so the counter need not be read; it would overflow after 2^64 wake-ups.
    private void pollWakeUp() {
        ring.pollEdges(wakeUp.fd(), POLLIN, (long) WAKE << OPERATION_SHIFT);
    }

    @Override
    public void initialize() {
        try {
            ring.enable();
        } catch (RingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Transport transport() {
        return Transport.IO_URING;
    }

    @Override
    public long turnCount() {
        return turnCount;
    }

    @Override
    public StreamSocket adopt(int fd) {
        UringStreamSocket socket = new UringStreamSocket(this, fd, false);
        socket.slot = slots.add(socket);
        settleLater(socket);
        return socket;
    }

    @Override
    public StreamSocket connect(int fd, StreamHandler handler, long sockaddr, int length) {
        int result = linux.connect(fd, sockaddr, length);
        UringStreamSocket socket = new UringStreamSocket(this, fd, true);
        socket.handler(handler);
        socket.slot = slots.add(socket);
        if (result < 0 && result != -Errno.EINPROGRESS) {
            socket.failLater(-result);
        } else {
            socket.pollConnect();
        }
        return socket;
    }

    @Override
    public int watch(Readiness readiness) {
        return watch(readiness, 0);
    }

    @Override
    public int watchShared(Readiness readiness) {
        return watch(readiness, EPOLLEXCLUSIVE);
    }

    /// Always succeeds; a descriptor that cannot be polled says so by being readable.
    private int watch(Readiness readiness, int flags) {
        readiness.slot = slots.add(readiness);
        readiness.pollFlags = flags;
        poll(readiness);
        return 0;
    }

    /// One event at a time; asking again finds whatever is left, as level-triggered epoll would.
    private void poll(Readiness readiness) {
        readiness.polling = true;
        ring.poll(readiness.fd(), POLLIN | readiness.pollFlags, key(WATCH, readiness.slot));
    }

    /// Submits at once: until the poll is cancelled it holds the descriptor's file, and a listener's owner who closes it
    /// expects that nobody can connect any more.
    @Override
    public void unwatch(Readiness readiness) {
        if (giveUp(readiness)) {
            ring.enter(0, 0);
        }
    }

    /// Nobody waits for the file to go, so the cancellation may wait for the end of the turn.
    @Override
    public void close(Readiness readiness) {
        giveUp(readiness);
        linux.close(readiness.fd());
    }

    /// Whether there is a poll to cancel.
    private boolean giveUp(Readiness readiness) {
        int slot = readiness.slot;
        if (slot < 0) {
            return false;
        }
        readiness.slot = -1;
        if (!readiness.polling) {
            slots.remove(slot);
            return false;
        }
        readiness.polling = false;
        slots.replace(slot, GIVEN_UP);
        ring.cancel(key(WATCH, slot), key(CANCEL, slot));
        return true;
    }

    private void onWatched(Readiness readiness, int result) {
        readiness.polling = false;
        if (result != -Errno.ECANCELED) {
            try {
                readiness.onReadable(this);
            } catch (Throwable fault) {
                contain(readiness, fault);
            }
        }
        if (readiness.slot >= 0 && !readiness.polling) {
            poll(readiness);
        }
    }

    long key(int operation, int slot) {
        return (long) operation << OPERATION_SHIFT | slots.key(slot);
    }

    Ring ring() {
        return ring;
    }

    /// Has [UringStreamSocket#settle] called before the next wait.
    void settleLater(UringStreamSocket socket) {
        if (socket.unsettled) {
            return;
        }
        socket.unsettled = true;
        if (lastUnsettled == null) {
            firstUnsettled = socket;
        } else {
            lastUnsettled.nextUnsettled = socket;
        }
        lastUnsettled = socket;
    }

    /// After a shortage only as many receives begin as there are buffers, the others in later turns: the rest would only
    /// fail again.
    private void settle() {
        if (buffersRanOut) {
            buffersRanOut = false;
            buffers.grow();
        }
        int spare = buffers.inRing();
        UringStreamSocket socket = firstUnsettled;
        firstUnsettled = null;
        lastUnsettled = null;
        while (socket != null) {
            UringStreamSocket next = socket.nextUnsettled;
            socket.nextUnsettled = null;
            socket.unsettled = false;
            if (!socket.closed) {
                if (socket.starved && spare-- <= 0) {
                    settleLater(socket);
                } else {
                    settle(socket);
                }
            }
            socket = next;
        }
    }

    private void settle(UringStreamSocket socket) {
        try {
            socket.settle();
        } catch (Throwable fault) {
            contain(socket, fault);
        }
    }

    void buffersRanOut() {
        buffersRanOut = true;
    }

    /// The buffer that `address` points into, if a handler has it from [StreamHandler#onBytes]; else -1.
    int bufferOf(long address) {
        if (delivering == NO_BUFFER) {
            return NO_BUFFER;
        }
        long offset = address - buffers.address(delivering);
        return offset >= 0 && offset < BufferRing.BUFFER_BYTES ? delivering : NO_BUFFER;
    }

    /// Queues a SEND out of a receive buffer, which is not given back before it is over.
    void send(UringStreamSocket socket, int buffer, long address, int length) {
        buffers.retain(buffer);
        ring.send(socket.fd(), address, length, key(SEND, socket.slot));
        socket.nextSending = sending;
        sending = socket;
    }

    void awaitSend() {
        sendAwaited = true;
    }

    @Override
    int turn(IoHandlerContext context, long limitNanos) {
        turnCount++;
        settle();
        await(context, limitNanos);
        afterWait();
        return collect();
    }

    private void await(IoHandlerContext context, long limitNanos) {
        if (limitNanos <= 0 || sendAwaited || firstUnsettled != null || ring.isOverflown()) {
            ring.enter(0, 0);
            return;
        }
        wakeUp.beforeWait();
        ring.enter(context.canBlock() ? 1 : 0, limitNanos);
        wakeUp.afterWait();
    }

    /// Handles what has completed.
    private int collect() {
        int count = ring.completions();
        for (int i = 0; i < count; i++) {
            if ((int) (ring.userData(i) >>> OPERATION_SHIFT) == SEND
                    && slots.get(ring.userData(i) & KEY_MASK) instanceof UringStreamSocket socket) {
                sendFailed(socket, ring.result(i));
            }
        }
        if (ring.isSubmitted() && !ring.isOverflown() && ring.completions() == count) {
            completeSends();
        }
        for (int i = 0; i < count; i++) {
            long key = ring.userData();
            int result = ring.result();
            int flags = ring.flags();
            ring.consume();
            deliver(key, result, flags);
        }
        return count;
    }

    private void sendFailed(UringStreamSocket socket, int result) {
        try {
            socket.onSendFailed(result);
        } catch (Throwable fault) {
            contain(socket, fault);
        }
    }

    /// Every SEND that is submitted and has not failed went out whole.
    private void completeSends() {
        sendAwaited = false;
        UringStreamSocket socket = sending;
        sending = null;
        while (socket != null) {
            UringStreamSocket next = socket.nextSending;
            socket.nextSending = null;
            int buffer = socket.sendBuffer();
            endSend(socket);
            buffers.release(buffer);
            socket = next;
        }
    }

    private void endSend(UringStreamSocket socket) {
        try {
            socket.endSend();
        } catch (Throwable fault) {
            contain(socket, fault);
        }
    }

    private void deliver(long key, int result, int flags) {
        int operation = (int) (key >>> OPERATION_SHIFT);
        boolean more = (flags & IORING_CQE_F_MORE) != 0;
        switch (operation) {
            case SEND -> {
                // Dealt with before all others.
            }
            case RECEIVE -> received(key, result, flags, more);
            case WAKE -> {
                if (!more) {
                    pollWakeUp();
                }
            }
            default -> {
                switch (slots.get(key & KEY_MASK)) {
                    case UringStreamSocket socket -> completed(socket, operation, result, more);
                    case Readiness readiness when operation == WATCH -> onWatched(readiness, result);
                    case GivenUp _ when operation == WATCH -> slots.remove((int) key);
                    case null, default -> {
                        // A cancellation that came too late; its operation has completed by itself.
                    }
                }
            }
        }
    }

    private void completed(UringStreamSocket socket, int operation, int result, boolean more) {
        try {
            socket.onCompletion(operation, result, more);
        } catch (Throwable fault) {
            contain(socket, fault);
        }
    }

    private void received(long key, int result, int flags, boolean more) {
        int buffer = NO_BUFFER;
        long address = 0;
        if ((flags & IORING_CQE_F_BUFFER) != 0) {
            buffer = flags >>> IORING_CQE_BUFFER_SHIFT;
            buffers.take(buffer);
            address = buffers.address(buffer);
        }
        if (slots.get(key & KEY_MASK) instanceof UringStreamSocket socket) {
            delivering = buffer;
            try {
                socket.onReceived(address, result, more);
            } catch (Throwable fault) {
                contain(socket, fault);
            }
            delivering = NO_BUFFER;
        }
        if (buffer != NO_BUFFER) {
            buffers.release(buffer);
        }
    }

    /// Queues the close after everything the socket has queued: a SEND still goes out.
    void closeAfterOperations(UringStreamSocket socket) {
        ring.close(socket.fd(), key(CLOSE, socket.slot));
    }

    void free(UringStreamSocket socket) {
        slots.remove(socket.slot);
    }

    @Override
    public void wakeup() {
        wakeUp.wake();
    }

    @Override
    public void destroy() {
        for (Object open : slots.all()) {
            switch (open) {
                case UringStreamSocket socket -> socket.close();
                case Readiness readiness -> unwatch(readiness);
                case GivenUp _ -> {
                    // Its last completion is on the way.
                }
                default -> throw new AssertionError(open);
            }
        }
        for (int i = 0; i < DESTROY_STEPS && ring.isEnabled() && !(slots.isEmpty() && ring.isSubmitted()); i++) {
            ring.enter(sending == null ? 1 : 0, DESTROY_STEP_NANOS);
            collect();
        }
        freeMemory();
        ring.close();
        wakeUp.close();
        if (slots.isEmpty()) {
            buffers.close();
        }
    }

    /// What a readable socket is polled for: FIN too. Not urgent data: an event carries what the kernel wakes all readers with,
    /// which has POLLPRI in it whenever bytes come.
    void pollReadable(UringStreamSocket socket) {
        ring.poll(socket.fd(), POLLIN | POLLRDHUP, key(READABLE, socket.slot));
    }

    /// Edges, not levels: io_uring always adds POLLRDHUP, which never ends once the peer has sent FIN.
    void pollWritable(UringStreamSocket socket) {
        ring.pollEdges(socket.fd(), POLLOUT, key(WRITABLE, socket.slot));
    }

    /// What is left of a registration. Immutable.
    private record GivenUp() {}
}
