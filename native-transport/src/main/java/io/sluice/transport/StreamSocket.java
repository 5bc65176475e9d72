package io.sluice.transport;

import org.jspecify.annotations.Nullable;

import io.sluice.transport.linux.Errno;

import static io.sluice.transport.linux.LinuxConstants.IPPROTO_TCP;
import static io.sluice.transport.linux.LinuxConstants.SHUT_WR;
import static io.sluice.transport.linux.LinuxConstants.SOL_SOCKET;
import static io.sluice.transport.linux.LinuxConstants.SO_ERROR;
import static io.sluice.transport.linux.LinuxConstants.TCP_NOTSENT_LOWAT;

/// A connected (or connecting) stream socket of one loop. Confined to its worker's event loop.
///
/// Input comes in one of three modes. In byte mode the socket reads by itself and calls [StreamHandler#onBytes]; in
/// readiness mode it only says that there is something, and the owner reads the descriptor itself (splice); paused, it
/// says nothing but errors, and the kernel's receive window pushes back on the sender.
///
///     // byte mode, with back-pressure
///     void onBytes(StreamSocket source, long address, int length) {
///         if (!sink.send(address, length)) source.pause();
///     }
///     void onWritable(StreamSocket sink) { source.startBytes(); }
///
///     // readiness mode
///     void onReadable(StreamSocket source) {
///         int n = splice(source.fd(), ...);
///         if (n == -EAGAIN) source.awaitReadable(); else if (more) source.yieldReading();
///     }
///
/// A socket without unsent bytes holds no buffer.
public abstract sealed class StreamSocket permits EpollStreamSocket, UringStreamSocket {

    /// Reading by the socket itself takes at most this many bytes at once unless told otherwise.
    public static final int DEFAULT_READ_LIMIT = 16 * 1024;

    /// How input is delivered.
    enum Input {
        PAUSED,
        BYTES,
        READINESS
    }

    final SocketLoop loop;

    private final int fd;

    /// Never null while open; a placeholder would only hide a missing [#handler(StreamHandler)].
    @Nullable StreamHandler handler;

    /// Bytes that the kernel did not take yet; null: none, which is the usual state.
    @Nullable Backlog backlog;

    /// Links sockets that want another turn; see [SocketLoop#runAgain].
    @Nullable StreamSocket nextAgain;

    int readLimit = DEFAULT_READ_LIMIT;

    /// An error to be told in the next turn; 0: none.
    int pendingErrno;

    Input input = Input.PAUSED;

    /// The kernel has announced an error (EPOLLERR, POLLERR).
    boolean errorSeen;

    /// The other end has sent urgent data, now or earlier.
    boolean urgentSeen;

    boolean queuedAgain;

    boolean closed;

    /// Shut down for writing once the backlog is gone.
    boolean shutdownWanted;

    /// [StreamHandler#onWritable] is due when the kernel takes bytes again.
    boolean awaitingWritable;

    StreamSocket(SocketLoop loop, int fd) {
        this.loop = loop;
        this.fd = fd;
    }

    /// Sets who is told. Must be called before anything else.
    public final void handler(StreamHandler newHandler) {
        handler = newHandler;
    }

    /// The descriptor, valid until [#close].
    public final int fd() {
        return fd;
    }

    /// Whether [#close] or [#reset] was called.
    public final boolean isClosed() {
        return closed;
    }

    /// Whether bytes given to [#send] have not all been taken by the kernel yet. Nobody else may write to the descriptor
    /// then; [#awaitWritable] tells when it is over.
    public final boolean hasUnsent() {
        return backlog != null || isSending();
    }

    /// Whether a write has failed and [StreamHandler#onError] is due in this turn. The kernel tells an error once: what a
    /// read of the descriptor says after it, an end of stream above all, is not to be believed.
    public final boolean hasFailed() {
        return pendingErrno != 0;
    }

    /// How many bytes wait in the backlog.
    public final int backlogBytes() {
        Backlog kept = backlog;
        return kept == null ? 0 : kept.length();
    }

    /// The most bytes that byte mode reads at once, at most [SocketLoop#MAX_READ_BYTES].
    public final void readLimit(int bytes) {
        readLimit = Math.min(bytes, SocketLoop.MAX_READ_BYTES);
    }

    /// Has the descriptor take no more while so many bytes wait for the peer to open its window (tcp(7)
    /// TCP_NOTSENT_LOWAT). The kernel would take some MiB for a peer that reads nothing, and all sockets of a host share what
    /// it has. What the peer's window allows is not limited. Other sockets than TCP's are as they were.
    ///
    /// @param bytes 0: as many as the kernel takes by itself
    public final void limitUnsent(int bytes) {
        loop.linux.setSocketOption(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, bytes);
    }

    /// Enters byte mode.
    public abstract void startBytes();

    /// Enters readiness mode. Bytes that were already taken from the kernel still come by [StreamHandler#onBytes], before
    /// the first [StreamHandler#onReadable].
    public abstract void startReadiness();

    /// Stops input. Bytes that were already taken from the kernel may still come by [StreamHandler#onBytes].
    public abstract void pause();

    /// In readiness mode: the descriptor said EAGAIN, tell when there is more.
    public abstract void awaitReadable();

    /// In readiness mode: call [StreamHandler#onReadable] again in the next turn, after the other sockets had theirs.
    public final void yieldReading() {
        loop.runAgain(this);
    }

    /// In readiness mode, for an owner that is told to read and cannot at present: the error that has made the socket
    /// readable, or 0. It is told once.
    public final int announcedError() {
        return errorSeen ? socketError() : 0;
    }

    /// Whether the other end has ever been seen to send urgent data (MSG_OOB). The kernel lets splice(2) come no further than
    /// the urgent byte, where it says EAGAIN, or end of stream once there is a FIN; recv(2), and so byte mode, skips the byte
    /// and goes on behind it.
    public final boolean hasUrgent() {
        return urgentSeen;
    }

    /// In readiness mode, for an owner that was told to read and found nothing: has [#hasUrgent] find out whether urgent data is
    /// why.
    public abstract void lookForUrgent();

    /// Sends bytes, all of them: what the kernel does not take now is kept and sent later.
    ///
    /// @return false when something had to be kept: the caller should stop the flow until [StreamHandler#onWritable]
    public abstract boolean send(long address, int length);

    /// Asks for one [StreamHandler#onWritable], as soon as nothing is unsent and the descriptor takes bytes. For two
    /// occasions: the owner's own write to the descriptor said EAGAIN, or [#hasUnsent] is true. At any other time it may
    /// never come, since the kernel tells only of a change.
    public abstract void awaitWritable();

    /// Sends FIN once everything given to [#send] has been passed to the kernel.
    public final void shutdownOutput() {
        if (hasUnsent()) {
            shutdownWanted = true;
            expectSent();
        } else {
            loop.linux.shutdown(fd, SHUT_WR);
        }
    }

    /// Closes. Bytes still in the backlog are lost; what the kernel has is sent, then FIN.
    public final void close() {
        if (!closed) {
            closed = true;
            dropBacklog();
            release();
        }
    }

    /// Closes by RST (SO_LINGER of zero seconds).
    public final void reset() {
        if (!closed) {
            loop.setZeroLinger(fd);
            close();
        }
    }

    /// Whether bytes are under way that the kernel has not answered for yet (io_uring).
    abstract boolean isSending();

    /// Something waits for [#isSending] to end.
    abstract void expectSent();

    /// Deregisters and closes the descriptor, at once or after the last completion.
    abstract void release();

    /// The second half of a turn for a socket that asked for it by [SocketLoop#runAgain].
    abstract void onAgain();

    /// An event of this socket's has thrown; see [SocketLoop#contain].
    final void onFault(Throwable fault) {
        StreamHandler present = handler;
        try {
            if (present == null) {
                loop.turns.onFault(fault);
            } else {
                present.onFault(this, fault);
            }
        } finally {
            close();
        }
    }

    /// Appends to the backlog.
    final void keep(long address, int length) {
        Backlog kept = backlog;
        if (kept == null) {
            kept = loop.borrowBacklog();
            backlog = kept;
        }
        kept.append(loop.linux, address, length);
    }

    /// Puts bytes before what the backlog has.
    final void keepFirst(long address, int length) {
        Backlog kept = backlog;
        if (kept == null) {
            keep(address, length);
        } else {
            kept.prepend(loop.linux, address, length);
        }
    }

    /// Sends what is kept; true when nothing is left.
    final boolean flushBacklog() {
        Backlog kept = backlog;
        if (kept == null) {
            return true;
        }
        int sent = loop.linux.send(fd, kept.address(), kept.length(), 0);
        if (sent < 0) {
            if (sent != -Errno.EAGAIN) {
                failLater(-sent);
            }
            return false;
        }
        kept.consume(sent);
        if (kept.length() > 0) {
            return false;
        }
        dropBacklog();
        return true;
    }

    /// Tells the owner of a failed write in the next turn, since it is within a call to us now.
    final void failLater(int errno) {
        if (pendingErrno == 0) {
            pendingErrno = errno;
        }
        loop.runAgain(this);
    }

    /// What follows once nothing is unsent.
    final void afterDrain(StreamHandler owner) {
        if (shutdownWanted) {
            shutdownWanted = false;
            loop.linux.shutdown(fd, SHUT_WR);
        }
        if (awaitingWritable) {
            awaitingWritable = false;
            owner.onWritable(this);
        }
    }

    final void dropBacklog() {
        Backlog kept = backlog;
        if (kept != null) {
            backlog = null;
            loop.returnBacklog(kept);
        }
    }

    /// The owner; a socket that acts has one.
    final StreamHandler owner() {
        StreamHandler present = handler;
        if (present == null) {
            throw new IllegalStateException("a socket was started without a handler");
        }
        return present;
    }

    /// The pending error of the descriptor (SO_ERROR), which reading it clears.
    final int socketError() {
        return loop.linux.socketOption(fd, SOL_SOCKET, SO_ERROR);
    }
}
