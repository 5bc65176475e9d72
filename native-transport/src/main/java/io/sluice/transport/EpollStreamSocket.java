package io.sluice.transport;

import io.sluice.transport.linux.Errno;

import static io.sluice.transport.linux.LinuxConstants.EPOLLERR;
import static io.sluice.transport.linux.LinuxConstants.EPOLLHUP;
import static io.sluice.transport.linux.LinuxConstants.EPOLLIN;
import static io.sluice.transport.linux.LinuxConstants.EPOLLOUT;
import static io.sluice.transport.linux.LinuxConstants.EPOLLPRI;
import static io.sluice.transport.linux.LinuxConstants.EPOLLRDHUP;

/// A stream socket on edge-triggered epoll. Confined to its worker's event loop.
final class EpollStreamSocket extends StreamSocket {

    /// Reads of one socket in one turn before the others have theirs.
    private static final int READS_PER_TURN = 4;

    private static final int INPUT_EVENTS = EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLHUP | EPOLLERR;

    int slot;

    private boolean connecting;

    /// An edge was seen and the descriptor has not said EAGAIN since.
    private boolean readable;

    /// The end of the stream or an error stands behind the readable bytes, so a short read is not the last one.
    private boolean hangUp;

    private boolean outputArmed;

    EpollStreamSocket(EpollLoop loop, int fd, boolean connecting) {
        super(loop, fd);
        this.connecting = connecting;
        this.outputArmed = connecting;
    }

    void onEvents(int mask) {
        if (connecting) {
            if ((mask & (EPOLLOUT | EPOLLERR | EPOLLHUP)) == 0) {
                return;
            }
            connecting = false;
            owner().onConnected(this, (mask & (EPOLLERR | EPOLLHUP)) != 0 ? socketError() : 0);
        } else if ((mask & EPOLLOUT) != 0) {
            onOutput();
        }
        if (!closed && (mask & INPUT_EVENTS) != 0) {
            readable = true;
            hangUp |= (mask & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
            errorSeen |= (mask & EPOLLERR) != 0;
            urgentSeen |= (mask & EPOLLPRI) != 0;
            onInput();
        }
    }

    private void onOutput() {
        if (backlog != null) {
            if (flushBacklog()) {
                afterDrain(owner());
            }
        } else if (awaitingWritable) {
            awaitingWritable = false;
            owner().onWritable(this);
        }
    }

    private void onInput() {
        if (hasFailed()) {
            return;
        }
        switch (input) {
            case BYTES -> readBytes();
            case READINESS -> owner().onReadable(this);
            case PAUSED -> {
                int errno = announcedError();
                if (errno != 0) {
                    owner().onError(this, errno);
                }
            }
        }
    }

    private void readBytes() {
        for (int i = 0; i < READS_PER_TURN; i++) {
            // Asked for each time: a handler may hand the socket over.
            StreamHandler owner = owner();
            int limit = readLimit;
            int n = loop.linux.recv(fd(), loop.readBuffer, limit, 0);
            if (n > 0) {
                // Decided before the owner may close: on a stream, a short read means that the queue is empty (epoll(7)), or
                // that it stopped before an urgent byte.
                readable = n == limit || hangUp || urgentSeen;
                owner.onBytes(this, loop.readBuffer, n);
                if (closed || input != Input.BYTES) {
                    return;
                }
                if (!readable) {
                    return;
                }
            } else {
                readable = false;
                if (n == 0) {
                    input = Input.PAUSED;
                    owner.onEnd(this);
                } else if (n != -Errno.EAGAIN) {
                    owner.onError(this, -n);
                }
                return;
            }
        }
        loop.runAgain(this);
    }

    /// Its events tell.
    @Override
    public void lookForUrgent() {}

    @Override
    public void startBytes() {
        input = Input.BYTES;
        if (readable) {
            loop.runAgain(this);
        }
    }

    @Override
    public void startReadiness() {
        input = Input.READINESS;
        if (readable) {
            loop.runAgain(this);
        }
    }

    @Override
    public void pause() {
        input = Input.PAUSED;
    }

    @Override
    public void awaitReadable() {
        readable = false;
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
            return;
        }
        if (input == Input.BYTES && readable) {
            readBytes();
        } else if (input == Input.READINESS) {
            owner().onReadable(this);
        }
    }

    @Override
    public boolean send(long address, int length) {
        if (backlog != null) {
            keep(address, length);
            awaitingWritable = true;
            return false;
        }
        int sent = loop.linux.send(fd(), address, length, 0);
        if (sent == length) {
            return true;
        }
        if (sent < 0) {
            if (sent != -Errno.EAGAIN) {
                failLater(-sent);
                return true;
            }
            sent = 0;
        }
        keep(address + sent, length - sent);
        awaitingWritable = true;
        armOutput();
        return false;
    }

    @Override
    public void awaitWritable() {
        awaitingWritable = true;
        armOutput();
    }

    /// Once armed, output stays armed: edges come only after a write found the socket full.
    private void armOutput() {
        if (!outputArmed) {
            outputArmed = true;
            ((EpollLoop) loop).armOutput(this);
        }
    }

    @Override
    boolean isSending() {
        return false;
    }

    @Override
    void expectSent() {}

    @Override
    void release() {
        ((EpollLoop) loop).closeSocket(this);
    }
}
