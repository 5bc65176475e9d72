package io.sluice.transport;

/// What a [StreamSocket] tells its owner, always on the loop and never from within a call of the owner's to the socket.
/// Confined to its worker's event loop.
///
/// A handler may close the socket in any of these; nothing follows then.
public interface StreamHandler {

    /// The connect begun by [SocketLoop#connect] has ended.
    ///
    /// @param errno 0: connected
    void onConnected(StreamSocket socket, int errno);

    /// Bytes have arrived. The memory is the socket's again when this returns.
    void onBytes(StreamSocket socket, long address, int length);

    /// The socket may have something to read; comes only in readiness mode ([StreamSocket#startReadiness]).
    void onReadable(StreamSocket socket);

    /// The other end has finished sending (FIN), and everything before was delivered.
    void onEnd(StreamSocket socket);

    /// The backlog of [StreamSocket#send] is gone, or what [StreamSocket#awaitWritable] waited for has come.
    void onWritable(StreamSocket socket);

    /// The connection has failed: reset by the other end, timed out by the kernel. The handler is to close the socket.
    void onError(StreamSocket socket, int errno);

    /// One of these methods has thrown, or the socket itself before it came to call one. The handler is to end whatever the
    /// socket is part of; the loop closes the socket afterwards, tells the same to nobody else, and goes on.
    ///
    /// Unless the handler knows better, the loop's owner is told.
    default void onFault(StreamSocket socket, Throwable fault) {
        socket.loop.turns.onFault(fault);
    }
}
