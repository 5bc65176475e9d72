package io.sluice.transport;

import org.jspecify.annotations.Nullable;

import io.sluice.transport.linux.Errno;

import static io.sluice.transport.linux.LinuxConstants.MSG_OOB;
import static io.sluice.transport.linux.LinuxConstants.MSG_PEEK;
import static io.sluice.transport.linux.LinuxConstants.POLLERR;
import static io.sluice.transport.linux.LinuxConstants.POLLHUP;
import static io.sluice.transport.linux.LinuxConstants.POLLOUT;

/// A stream socket on io_uring. Confined to its worker's event loop.
///
/// The owner says which input it wants; what is under way follows once a turn ([#settle]), so that pausing and starting
/// again within a turn costs nothing:
///
///     wanted         under way
///     byte mode      RECV (multishot)
///     readiness      POLL_ADD for one event, after each [#awaitReadable]
///     nothing        POLL_ADD for the edges of errors: a paused socket learns of RST
///
/// Bytes given to [#send] inside [StreamHandler#onBytes] go out of the receive buffer, at the end of the turn, by a SEND
/// that never waits. What that leaves over is copied to the backlog, so that a slow reader holds none of the loop's
/// buffers; the backlog goes out by send(2) when the socket is writable.
final class UringStreamSocket extends StreamSocket {

    /// So much may gather behind a SEND before the flow is stopped: the SEND is most likely to go out whole.
    private static final int MAX_BYTES_BEHIND_SEND = 64 * 1024;

    /// So much one RECV brings before it ends and the next begins. Whatever it brings has to be kept when the sink takes
    /// nothing, and the owner cannot stop it before it has brought all there is.
    private static final int MAX_RECEIVED_BYTES = 64 * 1024;

    int slot;

    @Nullable UringStreamSocket nextUnsettled;

    @Nullable UringStreamSocket nextSending;

    boolean unsettled;

    /// The last receive found no buffer.
    boolean starved;

    /// In readiness mode: the owner wants to be told.
    private boolean wantsReadable;

    /// In readiness mode: another go was due while a receive was still ending; it comes when that has ended.
    private boolean goesAfterReceive;

    // The operations under way.
    private boolean connecting;
    private boolean pollingConnect;
    private boolean receiving;
    private boolean cancelling;
    private boolean pollingReadable;
    private boolean pollingWritable;
    private boolean pollingTrouble;
    private boolean sending;

    private int sendBuffer;

    private int sendLength;

    private long sendAddress;

    UringStreamSocket(UringLoop loop, int fd, boolean connecting) {
        super(loop, fd);
        this.connecting = connecting;
    }

    private UringLoop uring() {
        return (UringLoop) loop;
    }

    void pollConnect() {
        pollingConnect = true;
        uring().ring().poll(fd(), POLLOUT, uring().key(UringLoop.CONNECT, slot));
    }

    /// Begins and cancels operations, so that what is under way becomes what is wanted.
    void settle() {
        if (connecting) {
            return;
        }
        boolean receive = input == Input.BYTES;
        if (receiving) {
            if (!receive && !cancelling) {
                cancelling = true;
                cancel(UringLoop.RECEIVE);
            }
        } else if (receive) {
            starved = false;
            receiving = true;
            uring().ring().receive(fd(), BufferRing.GROUP, MAX_RECEIVED_BYTES, uring().key(UringLoop.RECEIVE, slot));
        } else if (input == Input.READINESS && wantsReadable) {
            if (!pollingReadable) {
                pollingReadable = true;
                uring().pollReadable(this);
            }
        } else if (!pollingTrouble && !pollingReadable) {
            pollingTrouble = true;
            uring().ring().pollEdges(fd(), 0, uring().key(UringLoop.TROUBLE, slot));
        }
    }

    private void cancel(int operation) {
        uring().ring().cancel(uring().key(operation, slot), uring().key(UringLoop.CANCEL, slot));
    }

    /// A receive has completed; it goes on if there is `more`.
    void onReceived(long address, int result, boolean more) {
        if (!more) {
            receiving = false;
            cancelling = false;
            uring().settleLater(this);
            if (goesAfterReceive) {
                goesAfterReceive = false;
                loop.runAgain(this);
            }
        }
        if (closed) {
            freeWhenIdle();
        } else if (result > 0) {
            deliver(address, result);
        } else if (result == 0) {
            // Unless wanted now, it is found again by the next receive or poll.
            if (input == Input.BYTES && !hasFailed()) {
                input = Input.PAUSED;
                owner().onEnd(this);
            }
        } else {
            onReceiveFailed(-result);
        }
    }

    private void deliver(long address, int length) {
        int delivered = 0;
        while (delivered < length && !closed) {
            int part = Math.min(readLimit, length - delivered);
            // Asked for each time: a handler may hand the socket over.
            owner().onBytes(this, address + delivered, part);
            delivered += part;
        }
    }

    private void onReceiveFailed(int errno) {
        switch (errno) {
            case Errno.ENOBUFS -> {
                starved = true;
                uring().buffersRanOut();
            }
            case Errno.ECANCELED, Errno.EAGAIN, Errno.EINTR -> {
                // The next settling begins anew if that is wanted.
            }
            default -> {
                // Told in any mode, since the kernel tells an error once.
                input = Input.PAUSED;
                owner().onError(this, errno);
            }
        }
    }

    /// Anything but a receive or a SEND has completed; it goes on if there is `more`.
    void onCompletion(int operation, int result, boolean more) {
        switch (operation) {
            case UringLoop.READABLE -> pollingReadable = more;
            case UringLoop.WRITABLE -> pollingWritable = more;
            case UringLoop.TROUBLE -> pollingTrouble = more;
            case UringLoop.CONNECT -> pollingConnect = more;
            default -> {
                // A cancellation came while the kernel was at the operation: once more, if that still goes on.
                if (result == -Errno.EALREADY) {
                    cancelling = false;
                    if (closed) {
                        cancelAll();
                    } else {
                        uring().settleLater(this);
                    }
                }
                return;
            }
        }
        if (closed) {
            freeWhenIdle();
            return;
        }
        if (!more) {
            uring().settleLater(this);
        }
        if (result < 0) {
            failLater(-result);
            return;
        }
        boolean trouble = (result & (POLLERR | POLLHUP)) != 0;
        errorSeen |= (result & POLLERR) != 0;
        switch (operation) {
            case UringLoop.READABLE -> onReadable((result & POLLERR) != 0);
            case UringLoop.WRITABLE -> onWritable(trouble || (result & POLLOUT) != 0);
            case UringLoop.TROUBLE -> onTrouble(trouble, (result & POLLERR) != 0);
            default -> {
                connecting = false;
                owner().onConnected(this, trouble ? socketError() : 0);
            }
        }
    }

    private void onReadable(boolean error) {
        if (input == Input.READINESS && wantsReadable) {
            wantsReadable = false;
            owner().onReadable(this);
        } else {
            onTrouble(error, error);
        }
    }

    private void onTrouble(boolean trouble, boolean error) {
        if (input == Input.READINESS && trouble && !pollingReadable && !receiving) {
            owner().onReadable(this);
        } else if (input == Input.PAUSED && error) {
            int errno = socketError();
            if (errno != 0) {
                owner().onError(this, errno);
            }
        }
    }

    private void onWritable(boolean writable) {
        if (writable && !sending) {
            if (backlog != null) {
                flush();
            } else {
                afterDrain(owner());
            }
        }
        if (!closed && (backlog != null || awaitingWritable)) {
            armOutput();
        }
    }

    private void flush() {
        if (flushBacklog()) {
            afterDrain(owner());
        } else if (pendingErrno == 0) {
            armOutput();
        }
    }

    /// EINVAL: there is none, nor has any been announced (tcp(7)).
    @Override
    public void lookForUrgent() {
        urgentSeen |= loop.linux.recv(fd(), loop.addressScratch(), 1, MSG_OOB | MSG_PEEK) != -Errno.EINVAL;
    }

    @Override
    public void startBytes() {
        input = Input.BYTES;
        uring().settleLater(this);
    }

    @Override
    public void startReadiness() {
        input = Input.READINESS;
        awaitReadable();
    }

    @Override
    public void pause() {
        input = Input.PAUSED;
        uring().settleLater(this);
    }

    @Override
    public void awaitReadable() {
        wantsReadable = true;
        uring().settleLater(this);
    }

    @Override
    void onAgain() {
        if (pendingErrno != 0) {
            int errno = pendingErrno;
            pendingErrno = 0;
            if (connecting) {
                connecting = false;
                owner().onConnected(this, errno);
            } else {
                owner().onError(this, errno);
            }
        } else if (input == Input.READINESS) {
            if (receiving) {
                goesAfterReceive = true;
            } else {
                owner().onReadable(this);
            }
        }
    }

    @Override
    public boolean send(long address, int length) {
        if (sending) {
            keep(address, length);
            expectSent();
            awaitingWritable |= backlogBytes() > MAX_BYTES_BEHIND_SEND;
            return !awaitingWritable;
        }
        if (backlog != null) {
            keep(address, length);
            awaitingWritable = true;
            return false;
        }
        int buffer = uring().bufferOf(address);
        if (buffer < 0) {
            return sendNow(address, length);
        }
        sending = true;
        sendBuffer = buffer;
        sendAddress = address;
        sendLength = length;
        uring().send(this, buffer, address, length);
        return true;
    }

    /// Memory of the caller's is good only during the call.
    private boolean sendNow(long address, int length) {
        int sent = loop.linux.send(fd(), address, length, 0);
        if (sent == length) {
            return true;
        }
        if (sent < 0 && sent != -Errno.EAGAIN) {
            failLater(-sent);
            return true;
        }
        sent = Math.max(sent, 0);
        keep(address + sent, length - sent);
        awaitingWritable = true;
        armOutput();
        return false;
    }

    /// The SEND has left something over. Its bytes are still there: [#endSend] follows.
    void onSendFailed(int result) {
        if (closed) {
            return;
        }
        if (result < 0 && result != -Errno.EAGAIN) {
            failLater(-result);
            return;
        }
        int sent = Math.max(result, 0);
        keepFirst(sendAddress + sent, sendLength - sent);
    }

    /// The buffer that the SEND under way is made from.
    int sendBuffer() {
        return sendBuffer;
    }

    /// The SEND is over, and what it left is in the backlog.
    void endSend() {
        sending = false;
        if (closed) {
            freeWhenIdle();
        } else if (backlog != null) {
            flush();
        } else {
            afterDrain(owner());
        }
    }

    @Override
    public void awaitWritable() {
        awaitingWritable = true;
        expectSent();
        if (!sending) {
            armOutput();
        }
    }

    /// Once armed, output stays armed: edges come only after a write found the socket full.
    private void armOutput() {
        if (!pollingWritable) {
            pollingWritable = true;
            uring().pollWritable(this);
        }
    }

    @Override
    boolean isSending() {
        return sending;
    }

    @Override
    void expectSent() {
        if (sending) {
            uring().awaitSend();
        }
    }

    @Override
    void release() {
        if (isIdle()) {
            loop.linux.close(fd());
            uring().free(this);
        } else {
            cancelAll();
            uring().closeAfterOperations(this);
        }
    }

    private void cancelAll() {
        if (receiving) {
            cancel(UringLoop.RECEIVE);
        }
        if (pollingReadable) {
            cancel(UringLoop.READABLE);
        }
        if (pollingWritable) {
            cancel(UringLoop.WRITABLE);
        }
        if (pollingTrouble) {
            cancel(UringLoop.TROUBLE);
        }
        if (pollingConnect) {
            cancel(UringLoop.CONNECT);
        }
    }

    private boolean isIdle() {
        return !(receiving || sending || pollingReadable || pollingWritable || pollingTrouble || pollingConnect);
    }

    private void freeWhenIdle() {
        if (isIdle()) {
            uring().free(this);
        }
    }
}
