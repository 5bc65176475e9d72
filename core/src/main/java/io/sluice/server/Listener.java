package io.sluice.server;

import io.sluice.stream.WorkerGeneration;

/// One bound socket on the worker that watches it. Confined to its worker's event loop.
sealed interface Listener permits TcpListener, DatagramListener {

    /// What it watches.
    BoundSocket socket();

    /// Begins to watch.
    ///
    /// @return 0 or a negated error number
    int start();

    /// Sessions that begin from now on belong to this generation.
    ///
    /// @param point of the socket's own protocol
    void install(ListenPoint point, WorkerGeneration generation);

    /// Ends watching; the socket, and what waits in its queue, stays for another worker.
    void stop();

    /// Ends watching for good: nobody wants the address any more.
    void close();
}
