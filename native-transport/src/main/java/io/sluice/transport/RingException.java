package io.sluice.transport;

import java.io.IOException;

import io.sluice.transport.linux.Errno;

/// An io_uring instance could not be had. Immutable.
final class RingException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int errno;

    RingException(String call, int errno) {
        super(call + " failed (" + Errno.describe(errno) + ")");
        this.errno = errno;
    }

    /// The error number.
    int errno() {
        return errno;
    }
}
