package io.sluice.transport.channel;

import java.io.IOException;

import io.sluice.transport.linux.Errno;

/// A system call of a channel has failed. Immutable.
///
/// It has no stack trace: what strangers' connections bring about must cost little.
public final class ErrnoException extends IOException {

    private static final long serialVersionUID = 1;

    private final String call;

    private final int errno;

    ErrnoException(String call, int errno) {
        super(call + " failed (" + Errno.describe(errno) + ")");
        this.call = call;
        this.errno = errno;
    }

    /// The call, as messages name it: `recv()`.
    public String call() {
        return call;
    }

    /// Its error number.
    public int errno() {
        return errno;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
