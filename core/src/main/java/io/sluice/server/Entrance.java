package io.sluice.server;

import io.sluice.stream.WorkerGeneration;

/// What a listener's connections become: sessions of the stream module, or of HTTP. Confined to its worker's event loop.
sealed interface Entrance permits TcpEntrance, HttpEntrance {

    /// What begins from now on belongs to this generation.
    void install(ListenPoint.OfConnections point, WorkerGeneration generation);

    /// Takes over an accepted descriptor; when this throws, the caller closes it.
    ///
    /// @param sockaddr the client's address, `length` bytes, read before this returns
    void accept(int fd, long sockaddr, int length);

    /// Nobody wants the address any more.
    void close();
}
