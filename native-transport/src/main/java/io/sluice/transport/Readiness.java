package io.sluice.transport;

/// Watches a descriptor that is not a [StreamSocket]: a listening socket, a signalfd, an eventfd. Confined to its
/// worker's event loop.
///
/// Level-triggered: [#onReadable] comes in every turn in which there is something to read.
public abstract class Readiness {

    private final int fd;

    /// The loop's number for this registration; -1: not registered.
    int slot = -1;

    /// A poll is under way (io_uring).
    boolean polling;

    /// Asked for besides POLLIN (io_uring).
    int pollFlags;

    /// For a descriptor that stays the caller's to close, after [SocketLoop#unwatch].
    protected Readiness(int fd) {
        this.fd = fd;
    }

    /// The descriptor.
    public final int fd() {
        return fd;
    }

    /// There is something to read, or an error to collect.
    ///
    /// @param loop the one that watches
    protected abstract void onReadable(SocketLoop loop);

    /// [#onReadable] has thrown.
    ///
    /// @return false: the loop's owner is told, and this goes on being watched
    protected boolean onFault(Throwable fault) {
        return false;
    }
}
