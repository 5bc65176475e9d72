package io.sluice.transport;

/// What a [ListenSocket] tells its owner. Confined to its worker's event loop.
public interface AcceptHandler {

    /// A connection was accepted. The descriptor is non-blocking and the handler's to close.
    ///
    /// @param sockaddr the peer's address, valid during this call
    /// @param length of the address in bytes
    void onAccepted(ListenSocket listener, int fd, long sockaddr, int length);

    /// accept4(2) failed for a reason that will not pass by itself at once (EMFILE, ENFILE, ENOBUFS, ENOMEM). Unless the
    /// handler stops watching for a while, this comes again in every turn.
    void onAcceptFailed(ListenSocket listener, int errno);
}
