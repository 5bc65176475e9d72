package io.sluice.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/// A listener whose queue is full and that accepts nothing: the kernel drops further SYNs, so that a connect to it hangs.
/// Thread-safe.
public final class FullBacklog implements AutoCloseable {

    private static final int CONNECT_MILLIS = 150;

    private static final int MOST_QUEUED = 16;

    private final ServerSocket listening;

    private final List<Socket> queued = new ArrayList<>();

    private FullBacklog(ServerSocket listening) {
        this.listening = listening;
    }

    /// Listens, and connects until no connection comes about any more.
    public static FullBacklog start() throws IOException {
        FullBacklog full = new FullBacklog(new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1")));
        for (int i = 0; i < MOST_QUEUED; i++) {
            Socket socket = new Socket();
            full.queued.add(socket);
            try {
                socket.connect(full.listening.getLocalSocketAddress(), CONNECT_MILLIS);
            } catch (SocketTimeoutException _) {
                return full;
            }
        }
        full.close();
        throw new AssertionError("a queue of 1 took " + MOST_QUEUED + " connections");
    }

    /// `127.0.0.1:port`, as a configuration writes it.
    public String address() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : queued) {
            socket.close();
        }
        listening.close();
    }
}
