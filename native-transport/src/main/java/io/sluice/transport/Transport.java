package io.sluice.transport;

import java.io.IOException;

/// The mechanisms that a loop can run on. Immutable.
public enum Transport {
    EPOLL("epoll"),
    IO_URING("io_uring");

    private final String label;

    Transport(String label) {
        this.label = label;
    }

    /// The name used on the command line and in messages.
    public String label() {
        return label;
    }

    /// Makes a loop; any thread may. It belongs to the thread that runs it, from `IoHandler.initialize` on.
    ///
    /// @throws IOException when the kernel refuses, with the call and the reason
    public SocketLoop newLoop() throws IOException {
        return switch (this) {
            case EPOLL -> new EpollLoop();
            case IO_URING -> new UringLoop();
        };
    }
}
