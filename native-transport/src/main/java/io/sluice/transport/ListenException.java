package io.sluice.transport;

import java.io.IOException;

import io.sluice.transport.linux.Errno;

/// A listening socket could not be had. Immutable.
public final class ListenException extends IOException {

    private static final long serialVersionUID = 1L;

    private final String call;

    private final int errno;

    ListenException(String call, int errno) {
        super(call + " failed (" + Errno.describe(errno) + ")");
        this.call = call;
        this.errno = errno;
    }

    /// The call that failed, as in `bind()`.
    public String call() {
        return call;
    }

    /// The error number.
    public int errno() {
        return errno;
    }
}
